import { brokers, type Secret, type Session } from "kunji";
import type { Context } from "./context.js";
import type { Opened } from "./open-client.js";
import { printable } from "./output.js";
import type { Place } from "./place.js";

/** So short a secret is cut out only where it stands alone: any number may hold it. */
const shortest = 6;

/**
 * Every secret of a call, longest first: the session's as it was before and after, the headers that it went out with, and the app's keys.
 * The account is none: every command shows it.
 */
export async function secretTexts(
  { store }: Context,
  place: Place,
  { settings }: Opened,
  headers: Readonly<Record<string, Secret>>,
  ...sessions: readonly Session[]
): Promise<string[]> {
  const { keys } = brokers[place.broker].traits;
  const own = Object.entries(keys).flatMap(([name, { secret }]) => (secret ? [settings[name] ?? ""] : []));
  // A vendor session may have been renewed on the way.
  const vendor = await store
    .vendor(place)
    .load()
    .catch(() => undefined);
  const held = [headers, ...sessions.map(({ secrets }) => secrets)].flatMap((secrets) =>
    Object.values(secrets).flatMap((secret) => (secret ? [secret.reveal()] : [])),
  );
  const texts = new Set([...held, ...own, vendor?.token.reveal() ?? ""]);
  for (const { account } of sessions) if (account) texts.delete(account);
  return [...texts].filter((text) => text !== "").sort((a, b) => b.length - a.length);
}

/** The text with every secret cut out. */
export function without(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => {
    if (secret.length >= shortest) return rest.replaceAll(secret, "[secret]");
    const alone = new RegExp(`(?<![\\w.])${secret.replace(/[^\w]/g, "\\$&")}(?![\\w.])`, "g");
    return rest.replace(alone, "[secret]");
  }, text);
}

/** Parsed JSON with every secret cut out of its texts and names. */
export function jsonWithout(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return without(value, secrets);
  if (Array.isArray(value)) return value.map((one) => jsonWithout(one, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [without(name, secrets), jsonWithout(one, secrets)]),
  );
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
