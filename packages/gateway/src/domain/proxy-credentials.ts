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

/** The longest piece of a text that every way of writing leaves as it is. */
function markOf(text: string): string {
  const pieces = text.match(/[0-9A-Za-z]+/g) ?? [""];
  return pieces.reduce((longest, piece) => (piece.length > longest.length ? piece : longest));
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
  const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");
  const needles = texts.map(bytesOf);
  // However a credential is written its mark is in it: nearly every answer is looked through once for each, and not for all forms.
  const sought = values.map((value) => {
    const mark = markOf(value);
    const own = written(value).filter((form) => texts.includes(form));
    return { mark, markBytes: bytesOf(mark), own, ownBytes: own.map(bytesOf) };
  });

  const inBody = (body: Buffer): boolean =>
    sought.some(
      ({ markBytes, ownBytes }) => body.includes(markBytes) && ownBytes.some((form) => body.includes(form)),
    );
  return {
    inText: (text) =>
      sought.some(({ mark, own }) => text.includes(mark) && own.some((form) => text.includes(form))),
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
