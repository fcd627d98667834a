/** Whether it is the line of this key; a comment is no key's. */
const isLineOf = (line: string, keyId: string): boolean => line.trim().startsWith(`${keyId}:`);

const linesOf = (text: string): readonly string[] => text.replace(/\r?\n$/, "").split(/\r?\n/);
const textOf = (lines: readonly string[]): string => `${lines.join("\n")}\n`;

/** The text of a key file with this line first. What else it holds stays below, comments too. */
export const withFirstLine = (text: string, line: string): string => textOf([line, ...linesOf(text)]);

/** The text with the line of this key first; `undefined` where it has none. */
export function withKeyFirst(text: string, keyId: string): string | undefined {
  const lines = linesOf(text);
  const own = lines.find((line) => isLineOf(line, keyId));
  return own && textOf([own, ...lines.filter((line) => line !== own)]);
}

/** The text without the lines of these keys. */
export const withoutKeys = (text: string, keyIds: readonly string[]): string =>
  textOf(linesOf(text).filter((line) => !keyIds.some((keyId) => isLineOf(line, keyId))));
