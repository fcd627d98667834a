import ipaddr from "ipaddr.js";
import { type Environment, SettingError } from "./setting-error.js";

/** The text of a setting; one that is empty counts as left out. */
export const textOf = (env: Environment, name: string): string | undefined => env[name] || undefined;

/** A whole number within bounds. */
export function numberOf(
  env: Environment,
  name: string,
  [lowest, highest]: readonly [number, number],
  what: string,
): number | undefined {
  const text = textOf(env, name);
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= lowest && value <= highest) return value;
  throw new SettingError(`${name} must be ${what}: a whole number from ${lowest} to ${highest}.`);
}

/** One of a few words. */
export function wordOf<W extends string>(env: Environment, name: string, words: readonly W[]): W | undefined {
  const text = textOf(env, name);
  if (text === undefined) return undefined;
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new SettingError(`${name} must be one of: ${words.join(", ")}.`);
}

const units = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** A duration such as `90s`, `30m` or `1h`, or a number of minutes; in ms. */
export function durationOf(env: Environment, name: string): number | undefined {
  const text = textOf(env, name);
  if (text === undefined) return undefined;
  const [, digits, unit = "m"] = /^(\d{1,5})([smh])?$/.exec(text) ?? [];
  const ms = Number(digits) * units[unit as keyof typeof units];
  if (ms > 0 && ms <= 24 * units.h) return ms;
  throw new SettingError(`${name} must be a time such as 30m, 90s or 1h, at most 24h.`);
}

/** A time of day, `HH:mm`. */
export function timeOf(env: Environment, name: string): string | undefined {
  const text = textOf(env, name);
  if (text === undefined || /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text)) return text;
  throw new SettingError(`${name} must be a time of day such as 18:00.`);
}

const loopbackName = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** An origin: https, or http on a loopback address; without a path. */
export function originOf(env: Environment, name: string): string | undefined {
  const text = textOf(env, name);
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  const plain = url?.protocol === "http:" && loopbackName.test(url.hostname);
  const bare = url?.pathname === "/" && !/[?#@\\]/.test(text);
  if (url && bare && (url.protocol === "https:" || plain)) return url.origin;
  throw new SettingError(
    `${name} must be an address such as https://kunji.example, without a path: https, or http on 127.0.0.1, localhost or [::1].`,
  );
}

/** Addresses and blocks with commas between. */
export function blocksOf(env: Environment, name: string): readonly string[] {
  const texts = (textOf(env, name) ?? "").split(",").map((text) => text.trim());
  const given = texts.filter((text) => text !== "");
  const wrong = given.some((text) => !ipaddr.isValid(text) && !ipaddr.isValidCIDR(text));
  if (wrong)
    throw new SettingError(`${name} must be addresses or blocks such as 10.0.0.0/8, with commas between.`);
  return given;
}
