import type { Session } from "kunji";
import { printable } from "./output.js";

/** Every secret of these sessions, longest first. */
export function secretTexts(...sessions: readonly Session[]): string[] {
  const texts = sessions.flatMap(({ secrets }) => Object.values(secrets).map((secret) => secret.reveal()));
  return [...new Set(texts)].filter((text) => text !== "").sort((a, b) => b.length - a.length);
}

/** The text with every secret cut out. */
export function without(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
}

/** An answer's headers for people: what is, or holds, a credential is not shown. */
export function shownHeaders(response: Response, secrets: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    [...response.headers].map(([name, value]) => [
      name,
      /^(?:set-cookie|authorization)$/i.test(name) ? "[secret]" : printable(without(value, secrets)),
    ]),
  );
}
