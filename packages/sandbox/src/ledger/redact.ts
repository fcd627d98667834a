import { harmlessHeaders, parsed, type Shown } from "./fields.js";
import { fingerprint } from "./fingerprint.js";
import { Hidden } from "./hidden.js";

const deepest = 24;
/** What can be a field's name, and no token that slipped into a name's place: short, with two digits at most. */
const fieldName = /^(?!(?:.*\d){3})[A-Za-z_$@][\w$.@[\]-]{0,29}$/;
const headerName = /^[a-z][a-z0-9-]{0,40}$/;

const nameOf = (name: string, pattern: RegExp): string => (pattern.test(name) ? name : fingerprint(name));

function value(name: string, raw: unknown, shown: Shown, hidden: Hidden, depth: number): unknown {
  if (raw === null || typeof raw === "boolean" || raw === "") return raw;
  if (typeof raw === "object") return redactJson(raw, shown, hidden, depth + 1, name);
  return shown.has(name.toLowerCase()) && !hidden.isIn(String(raw)) ? raw : fingerprint(String(raw));
}

/** The same keys, nested too, with fingerprints in place of values. */
function redactJson(raw: unknown, shown: Shown, hidden: Hidden, depth = 0, name = ""): unknown {
  if (depth > deepest) return fingerprint("too deep");
  if (Array.isArray(raw)) return raw.map((item) => value(name, item, shown, hidden, depth));
  if (typeof raw !== "object" || raw === null) return value(name, raw, shown, hidden, depth);
  return Object.fromEntries(
    Object.entries(raw).map(([key, item]) => [
      nameOf(key, fieldName),
      value(key, item, shown, hidden, depth),
    ]),
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
  hidden = Hidden.nothing,
): Record<string, unknown> =>
  gather([...query].map(([name, raw]) => [nameOf(name, fieldName), value(name, raw, shown, hidden, 0)]));

function headerValue(name: string, raw: string, shown: Shown, hidden: Hidden): string {
  if ((harmlessHeaders.has(name) || shown.has(name)) && !hidden.isIn(raw)) return raw;
  if (raw === "") return raw;
  const [, scheme, credentials] = /^(Bearer|Basic|Digest|Token) +(.+)$/i.exec(raw) ?? [];
  return scheme && credentials ? `${scheme} ${fingerprint(credentials)}` : fingerprint(raw);
}

export const redactHeaders = (
  headers: Iterable<readonly [string, string]>,
  shown: Shown,
  hidden = Hidden.nothing,
): Record<string, unknown> =>
  gather(
    [...headers].map(([name, raw]) => {
      const lower = name.toLowerCase();
      return [nameOf(lower, headerName), headerValue(lower, raw, shown, hidden)];
    }),
  );

/** A text that merely ends in `=`, as base64 does, is no form. */
const isForm = (text: string): boolean =>
  /^[^=&\s]+=[^\s]*$/.test(text) &&
  !/^[^=&]+=*$/.test(text) &&
  [...new URLSearchParams(text).keys()].every((name) => fieldName.test(name));

/** A body: JSON and forms by their fields (`jData={…}` too), anything else as one fingerprint and its length. */
export function redactBody(text: string, shown: Shown, hidden = Hidden.nothing): unknown {
  if (text === "") return null;
  const json = parsed(text);
  if (json !== undefined) return redactJson(json, shown, hidden);
  // The family of `jData` sends it raw as well as form-encoded.
  const [, raw, rest] = /^jData=(\{.*\})(?:&(.*))?$/s.exec(text) ?? [];
  const object = raw === undefined ? undefined : parsed(raw);
  if (object !== undefined) {
    return {
      jData: redactJson(object, shown, hidden),
      ...redactQuery(new URLSearchParams(rest ?? ""), shown, hidden),
    };
  }
  if (!isForm(text)) return { fingerprint: fingerprint(text), length: text.length };
  return gather(
    [...new URLSearchParams(text)].map(([name, item]) => {
      const inner = parsed(item);
      return [
        name,
        inner === undefined ? value(name, item, shown, hidden, 0) : redactJson(inner, shown, hidden),
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
