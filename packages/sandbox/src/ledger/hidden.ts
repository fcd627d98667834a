import { harmlessHeaders, parsed, type Shown } from "./fields.js";
import { isKnownHeader, isKnownName } from "./known-names.js";

/** A request as it came. */
export interface Sent {
  readonly url: URL;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: string;
}

/** Shorter values stand in honest words too often. */
const shortest = 6;

const ofName = (name: string, shown: Shown): string[] => (isKnownName(name, shown) ? [] : [name]);

/** The values of JSON's fields that aren't shown. A list of what is left, no recursion: nesting may be deeper than the stack. */
function ofJson(json: unknown, shown: Shown): string[] {
  const found: string[] = [];
  const left: (readonly [name: string, raw: unknown])[] = [["", json]];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [name, raw] = next;
    if (Array.isArray(raw)) for (const item of raw) left.push([name, item]);
    else if (typeof raw === "object" && raw !== null)
      for (const [key, item] of Object.entries(raw)) {
        found.push(...ofName(key, shown));
        left.push([key, item]);
      }
    else if ((typeof raw === "string" || typeof raw === "number") && !shown.has(name.toLowerCase()))
      found.push(String(raw));
  }
  return found;
}

/** The values of a query's or a form's fields that aren't shown, decoded and as they were written. */
const ofPairs = (text: string, shown: Shown): string[] =>
  text.split("&").flatMap((pair) =>
    [...new URLSearchParams(pair)].flatMap(([name, value]) => {
      const inner = parsed(value);
      if (inner !== undefined) return ofJson(inner, shown);
      const values = shown.has(name.toLowerCase()) ? [] : [value, pair.slice(pair.indexOf("=") + 1)];
      return [...ofName(name, shown), ...values];
    }),
  );

function ofBody(text: string, shown: Shown): string[] {
  const json = parsed(text);
  if (json !== undefined) return ofJson(json, shown);
  const [, raw, rest] = /^jData=(\{.*\})(?:&(.*))?$/s.exec(text) ?? [];
  const object = raw === undefined ? undefined : parsed(raw);
  if (object !== undefined) return [...ofJson(object, shown), ...ofPairs(rest ?? "", shown)];
  return /^[^=&\s]+=\S*$/.test(text) ? ofPairs(text, shown) : [];
}

function ofHeader(name: string, raw: string, shown: Shown): string[] {
  if (harmlessHeaders.has(name) || shown.has(name)) return [];
  const cookies = name === "cookie" ? raw.split(";").map((part) => part.slice(part.indexOf("=") + 1)) : [];
  const names = isKnownHeader(name, shown) ? [] : [name];
  return [...names, raw, raw.replace(/^\S+ +/, ""), ...cookies];
}

/** A value in the ways in which an answer may write it. */
const spellings = (value: string): string[] => [
  value,
  encodeURIComponent(value),
  JSON.stringify(value).slice(1, -1),
];

/** What a request holds under names that aren't shown: a shown field that repeats any of it isn't shown either. */
export class Hidden {
  readonly #values: readonly string[];

  private constructor(values: readonly string[]) {
    this.#values = values;
  }

  static readonly nothing = new Hidden([]);

  static of({ url, headers, body }: Sent, shown: Shown): Hidden {
    const values = [
      ...[...headers].flatMap(([name, raw]) => ofHeader(name.toLowerCase(), raw, shown)),
      ...ofPairs(url.search.slice(1), shown),
    ];
    const inBody = ofBody(body, shown);
    // The body as a whole: its values may be too short to be looked for by themselves.
    if (inBody.length > 0 || parsed(body) === undefined) inBody.push(body.trim());
    const long = [...values, ...inBody]
      .flatMap((value) => spellings(value.trim()))
      .filter((text) => text.length >= shortest);
    return new Hidden([...new Set(long)]);
  }

  /** True where the text repeats something hidden. */
  isIn(text: string): boolean {
    return this.#values.some((value) => text.includes(value));
  }
}
