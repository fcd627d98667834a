import type { PutApp } from "kunji/gateway";
import { contrast, isColour } from "../domain/contrast.js";
import { isPrintable } from "../domain/printable.js";
import { Problem } from "../domain/problem.js";
import type { App, Logo, LogoType, NewApp } from "../ports/apps.js";

type Display = Pick<NewApp, "displayName" | "accent" | "logo">;
type GivenLogo = NonNullable<NonNullable<PutApp["display"]>["logo"]>;

const longestName = 60;
/** In bytes. */
export const largestLogo = 65_536;
/** What buttons are drawn on by day; by night the colour is made lighter until it stands out. */
const sheet = "#ffffff";
/** @see https://www.w3.org/TR/WCAG22/#non-text-contrast */
const leastContrast = 3;

/** @throws Problem `request_invalid` {field: `display.<name>`} */
function refuse(name: string, detail: string): never {
  throw new Problem("request_invalid", { field: `display.${name}`, detail });
}

function checkedName(name: string): string {
  if (isPrintable(name, longestName) && name.trim() !== "") return name;
  refuse("name", `An app's name has 1 to ${longestName} printable characters.`);
}

function checkedAccent(text: string): string {
  const accent = text.toLowerCase();
  if (!isColour(accent)) refuse("accent", "An accent is a colour as `#rrggbb`.");
  const stands = contrast(accent, sheet);
  if (stands >= leastContrast) return accent;
  refuse(
    "accent",
    `A button of this colour would hardly be seen on white (${stands.toFixed(1)} to 1): take one with ${leastContrast} to 1 or more.`,
  );
}

const startsWith = (data: Uint8Array, text: string, from = 0): boolean =>
  Buffer.from(data.buffer, data.byteOffset + from, Math.min(text.length, data.length - from)).toString(
    "latin1",
  ) === text;

/** What each kind of picture begins with, whatever it is called. */
const begins: Readonly<Record<LogoType, (data: Uint8Array) => boolean>> = {
  "image/png": (data) => startsWith(data, "\x89PNG\r\n\x1a\n"),
  "image/jpeg": (data) => startsWith(data, "\xff\xd8\xff"),
  "image/webp": (data) => data.length > 12 && startsWith(data, "RIFF") && startsWith(data, "WEBP", 8),
};

/** What kind of picture the bytes are, by how they begin. */
export const pictureType = (data: Uint8Array): LogoType | undefined =>
  (Object.keys(begins) as LogoType[]).find((type) => begins[type](data));

function checkedLogo({ type, data: text }: GivenLogo): Logo {
  const data = Buffer.from(text, "base64");
  if (data.toString("base64").replace(/=+$/, "") !== text.replace(/=+$/, ""))
    refuse("logo.data", "The picture is not in base64.");
  if (data.length === 0 || data.length > largestLogo)
    refuse("logo.data", `A logo has at most ${largestLogo} bytes.`);
  if (!begins[type](data)) refuse("logo.data", `The picture does not begin as ${type} does.`);
  return { type, data };
}

/**
 * How an app shows itself to its users; what is left out stays as it is on file.
 * @throws Problem `request_invalid` {field: `display.<name>`}
 */
export function checkedDisplay(given: NonNullable<PutApp["display"]>, known: App | undefined): Display {
  const { name, accent, logo } = given;
  return {
    displayName:
      typeof name === "string" ? checkedName(name) : name === null ? null : (known?.displayName ?? null),
    accent:
      typeof accent === "string" ? checkedAccent(accent) : accent === null ? null : (known?.accent ?? null),
    ...(logo !== undefined && { logo: logo && checkedLogo(logo) }),
  };
}
