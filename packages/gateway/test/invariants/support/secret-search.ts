import { Buffer } from "node:buffer";

/** A text that may hold no secret but those that are named. */
export interface Sink {
  readonly where: string;
  readonly text: string;
  /** Beginnings of the names of secrets that belong there. */
  readonly allowed?: readonly string[];
}

export interface Found {
  readonly where: string;
  readonly secret: string;
  readonly as: string;
}

const base64s = (text: string, encoding: "base64" | "base64url"): readonly string[] =>
  // Within a longer text it may begin at any of three places of a group of bytes; the letters at its edges depend on others.
  [0, 1, 2].map((before) => {
    const whole = Buffer.from("\0".repeat(before) + text)
      .toString(encoding)
      .replaceAll("=", "");
    const first = before === 0 ? 0 : before + 1;
    return whole.slice(first, Math.floor(((before + Buffer.byteLength(text)) * 8) / 6));
  });

const escapedHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
const escapedNames = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

/** The ways that a text may be written in. */
export const encodings: Readonly<Record<string, (text: string) => readonly string[]>> = {
  plain: (text) => [text],
  "percent-encoded": (text) => [encodeURIComponent(text)],
  "percent-encoded twice": (text) => [encodeURIComponent(encodeURIComponent(text))],
  "of a form": (text) => [new URLSearchParams([["", text]]).toString().slice(1)],
  base64: (text) => base64s(text, "base64"),
  base64url: (text) => base64s(text, "base64url"),
  hex: (text) => [Buffer.from(text).toString("hex")],
  "hex in capitals": (text) => [Buffer.from(text).toString("hex").toUpperCase()],
  JSON: (text) => [JSON.stringify(text).slice(1, -1)],
  "JSON twice": (text) => [JSON.stringify(JSON.stringify(text)).slice(3, -3)],
  HTML: (text) => [escapedHtml(text), escapedNames(text)],
  backwards: (text) => [[...text].reverse().join("")],
};

/** The piece of a long secret that is as telling as the whole. */
const piece = (text: string): readonly (readonly [string, string])[] =>
  text.length >= 32 ? [["a part", text.slice(-16)]] : [];

/** Where secrets are that don't belong there. */
export function searchSinks(secrets: ReadonlyMap<string, string>, sinks: readonly Sink[]): readonly Found[] {
  const found: Found[] = [];
  for (const [secret, value] of secrets) {
    const forms = [
      ...Object.entries(encodings).flatMap(([as, encode]) =>
        encode(value).map((text) => [as, text] as const),
      ),
      ...piece(value),
    ];
    for (const { where, text, allowed = [] } of sinks) {
      if (allowed.some((name) => secret.startsWith(name))) continue;
      for (const [as, form] of forms)
        if (form !== "" && text.includes(form)) found.push({ where, secret, as });
    }
  }
  return found;
}
