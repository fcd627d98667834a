import { isKeyId } from "./sealed-value.js";

/** The id of the key on a line of a key file; `undefined` for a comment, an empty line and what is none. */
function idOn(line: string): string | undefined {
  const id = line.startsWith("#") ? "" : (line.trim().split(":")[0] ?? "");
  return isKeyId(id) ? id : undefined;
}

const linesOf = (text: string): readonly string[] => text.replace(/\r?\n$/, "").split(/\r?\n/);
const textOf = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

/** The text of a key file with this line first. What else it holds stays below, comments too. */
export const withFirstLine = (text: string, line: string): string => textOf([line, ...linesOf(text)]);

/** The text with the line of this key first; `undefined` where it has none. */
export function withKeyFirst(text: string, keyId: string): string | undefined {
  const lines = linesOf(text);
  const own = lines.find((line) => idOn(line) === keyId);
  return own && textOf([own, ...lines.filter((line) => line !== own)]);
}

/** The text without the lines of these keys. */
export const withoutKeys = (text: string, keyIds: ReadonlySet<string>): string =>
  textOf(linesOf(text).filter((line) => !keyIds.has(idOn(line) ?? "")));
