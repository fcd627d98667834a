import { harmlessHeaders, parsed, type Shown } from "./fields.js";
import { fingerprint } from "./fingerprint.js";
import { Hidden } from "./hidden.js";
import { isKnownHeader, isKnownName } from "./known-names.js";

const deepest = 24;
/** What can be a field's name, and no token that slipped into a name's place: short, with two digits at most. */
const fieldName = /^(?!(?:.*\d){3})[A-Za-z_$@][\w$.@[\]-]{0,29}$/;

/** What to go by besides the names that are shown. */
export interface How {
  readonly hidden?: Hidden;
  /** Whose names these are: a caller's are shown where they are known, the sandbox's where they look like names. */
  readonly from?: "caller" | "sandbox";
}

function nameOf(name: string, shown: Shown, { hidden = Hidden.nothing, from }: How): string {
  const plain = from === "caller" ? isKnownName(name, shown) : fieldName.test(name) && !hidden.isIn(name);
  return plain ? name : fingerprint(name);
}

function value(name: string, raw: unknown, shown: Shown, how: How, depth: number): unknown {
  if (raw === null || typeof raw === "boolean" || raw === "") return raw;
  if (typeof raw === "object") return redactJson(raw, shown, how, depth + 1, name);
  const plain = shown.has(name.toLowerCase()) && !how.hidden?.isIn(String(raw));
  return plain ? raw : fingerprint(String(raw));
}

/** The same keys, nested too, with fingerprints in place of values. */
function redactJson(raw: unknown, shown: Shown, how: How, depth = 0, name = ""): unknown {
  if (depth > deepest) return fingerprint("too deep");
  if (Array.isArray(raw)) return raw.map((item) => value(name, item, shown, how, depth));
  if (typeof raw !== "object" || raw === null) return value(name, raw, shown, how, depth);
  return Object.fromEntries(
    Object.entries(raw).map(([key, item]) => [nameOf(key, shown, how), value(key, item, shown, how, depth)]),
  );
}

/** Pairs as an object; a name that comes twice has a list of its values. */
function gather(pairs: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const lists = new Map<string, unknown[]>();
  for (const [name, item] of pairs) lists.set(name, [...(lists.get(name) ?? []), item]);
  return Object.fromEntries([...lists].map(([name, items]) => [name, items.length === 1 ? items[0] : items]));
}

export const redactQuery = (
  query: URLSearchParams,
  shown: Shown,
  how: How = { from: "caller" },
): Record<string, unknown> =>
  gather([...query].map(([name, raw]) => [nameOf(name, shown, how), value(name, raw, shown, how, 0)]));

function headerValue(name: string, raw: string, shown: Shown, { hidden }: How): string {
  if ((harmlessHeaders.has(name) || shown.has(name)) && !hidden?.isIn(raw)) return raw;
  if (raw === "") return raw;
  const [, scheme, credentials] = /^(Bearer|Basic|Digest|Token) +(.+)$/i.exec(raw) ?? [];
  return scheme && credentials ? `${scheme} ${fingerprint(credentials)}` : fingerprint(raw);
}

export const redactHeaders = (
  headers: Iterable<readonly [string, string]>,
  shown: Shown,
  how: How = {},
): Record<string, unknown> =>
  gather(
    [...headers].map(([name, raw]) => {
      const lower = name.toLowerCase();
      return [isKnownHeader(lower, shown) ? lower : fingerprint(lower), headerValue(lower, raw, shown, how)];
    }),
  );

/** A text that merely ends in `=`, as base64 does, is no form. */
const isForm = (text: string): boolean =>
  /^[^=&\s]+=[^\s]*$/.test(text) &&
  !/^[^=&]+=*$/.test(text) &&
  [...new URLSearchParams(text).keys()].every((name) => fieldName.test(name));

/** A body: JSON and forms by their fields (`jData={…}` too), anything else as one fingerprint and its length. */
export function redactBody(text: string, shown: Shown, how: How = {}): unknown {
  if (text === "") return null;
  const json = parsed(text);
  if (json !== undefined) return redactJson(json, shown, how);
  // The family of `jData` sends it raw as well as form-encoded.
  const [, raw, rest] = /^jData=(\{.*\})(?:&(.*))?$/s.exec(text) ?? [];
  const object = raw === undefined ? undefined : parsed(raw);
  if (object !== undefined) {
    return {
      jData: redactJson(object, shown, how),
      ...redactQuery(new URLSearchParams(rest ?? ""), shown, how),
    };
  }
  if (!isForm(text)) return { fingerprint: fingerprint(text), length: text.length };
  return gather(
    [...new URLSearchParams(text)].map(([name, item]) => {
      const inner = parsed(item);
      return [
        nameOf(name, shown, how),
        inner === undefined ? value(name, item, shown, how, 0) : redactJson(inner, shown, how),
      ];
    }),
  );
}

/** A path whose unknown segments are fingerprints: a token in a wrong path is not shown either. */
export const redactPath = (path: string, known: ReadonlySet<string>): string =>
  path
    .split("/")
    .map((segment) => (segment === "" || known.has(segment) ? segment : fingerprint(segment)))
    .join("/");
