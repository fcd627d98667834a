import * as wire from "kunji/wire";
import { harmlessHeaders, type Shown } from "./fields.js";

/** Fields of the sandbox's own pages, of HTTP, and of the brokers' families, which no wire shape holds. */
const others = [
  ..."username password otp totp consent declined pending name redirect_url id".split(" "),
  ..."authorization cookie referer keep-alive sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform".split(" "),
  ..."if-none-match if-modified-since range te trailer upgrade via forwarded x-forwarded-for".split(" "),
  ..."jData jKey".split(" "),
];

/** The names that the wire shapes hold: their keys, and the texts of their lists of query and header names. */
const namesIn = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : Object.entries(Object(value)).flatMap(([name, item]) => [name, ...namesIn(item)]);

const known: ReadonlySet<string> = new Set(
  [...namesIn(wire), ...harmlessHeaders, ...others].map((name) => name.toLowerCase()),
);

/** `X-` says of itself that it begins a header's name. */
const ownHeader = /^x(?:-[a-z]{1,16}){1,3}$/;

/** True for a known name, and for a header of the caller's own that begins with `x-`. */
export const isKnownHeader = (name: string, shown: Shown): boolean =>
  isKnownName(name, shown) || ownHeader.test(name);

/**
 * True for a name that a broker or the sandbox gives to a field or a header. Any other that a caller sends may be a
 * password that slipped into a name's place.
 */
export const isKnownName = (name: string, shown: Shown): boolean =>
  known.has(name.toLowerCase()) || shown.has(name.toLowerCase());
