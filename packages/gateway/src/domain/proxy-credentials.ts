/** Shorter texts are no credentials, and would be found in honest answers. */
const shortest = 8;

const named: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, "0");

/** A text as it stands, and as JSON, forms and pages write it. */
function written(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  return [
    text,
    json,
    json.replaceAll("/", "\\/"),
    text.replace(/[^\w.~-]/g, (character) => `\\u${hex(character)}`),
    text.replace(/[^\w.~-]/g, (character) => `\\u${hex(character).toUpperCase()}`),
    text.replace(/[&<>"'+]/g, (character) => `\\u${hex(character).toUpperCase()}`),
    encodeURIComponent(text),
    new URLSearchParams({ "": text }).toString().slice(1),
    text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
    text.replace(/[&<>"]/g, (character) => named[character] ?? character),
  ];
}

/** Looks through one answer's body as it passes. */
export interface BodySearch {
  /** What may go out now; `undefined` once a credential was found. What may be a credential's beginning is held back. */
  push(chunk: Buffer): Buffer | undefined;
  /** What was held back, at the answer's end. */
  rest(): Buffer;
}

/** The credentials of one session, to be found wherever a broker repeats them. */
export interface Credentials {
  inText(text: string): boolean;
  inBody(body: Buffer): boolean;
  search(): BodySearch;
}

const none = Buffer.alloc(0);

/** How many of the last bytes are a credential's beginning, the most of them. */
function begun(data: Buffer, needles: readonly Buffer[]): number {
  let most = 0;
  for (const needle of needles) {
    const first = needle[0] ?? 0;
    let at = data.indexOf(first, Math.max(0, data.length - needle.length + 1));
    for (; at !== -1; at = data.indexOf(first, at + 1)) {
      const length = data.length - at;
      if (length <= most) break;
      if (needle.compare(data, at, data.length, 0, length) === 0) most = length;
    }
  }
  return most;
}

/** @param secrets the session's own tokens and whatever else secret its calls carry */
export function credentialsOf(secrets: readonly string[]): Credentials {
  const values = secrets
    .map((secret) => secret.replace(/^Bearer /i, ""))
    .filter((one) => one.length >= shortest);
  const forms = [...new Set(values.flatMap(written))];
  // Whoever holds the longer one holds the shorter one too.
  const texts = forms.filter((form) => !forms.some((other) => other !== form && form.includes(other)));
  const needles = texts.map((text) => Buffer.from(text, "latin1"));

  const inBody = (body: Buffer): boolean => {
    for (const needle of needles) if (body.includes(needle)) return true;
    return false;
  };
  return {
    inText(text) {
      for (const form of texts) if (text.includes(form)) return true;
      return false;
    },
    inBody,
    search() {
      let held = none;
      return {
        push(chunk) {
          const data = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
          if (inBody(data)) return undefined;
          const keep = begun(data, needles);
          if (keep === 0) {
            held = none;
            return data;
          }
          // A copy: the broker's whole chunk need not stay for its end.
          held = Buffer.from(data.subarray(data.length - keep));
          return data.subarray(0, data.length - keep);
        },
        rest: () => held,
      };
    },
  };
}
