import { readdirSync, readFileSync } from "node:fs";
import { encodings, type Found, type Sink } from "./secret-search.js";

/** How many characters in a row tell of a secret. */
const length = 8;
/** Of hex digits alone there are so few that eight in a row may come by chance. */
const hexLength = 12;
const isHex = /^[0-9a-f]*$/i;
/** Of a signed token the signature is what nobody else can make: the rest are claims, which may stand elsewhere. */
const signed = /^eyJ[\w-]+(?:\.[\w-]+)?\.([\w-]+)$/;

interface Form {
  readonly text: string;
  readonly as: string;
  readonly fragment: string;
  /** The secrets that hold the fragment. */
  readonly secrets: Set<string>;
}

/** All pieces of a text that tell of it. */
export function fragmentsOf(value: string): readonly string[] {
  const text = signed.exec(value)?.[1] ?? value;
  const found = new Set<string>();
  for (let at = 0; at + length <= text.length; at++) {
    const short = text.slice(at, at + length);
    const fragment = isHex.test(short) ? text.slice(at, at + hexLength) : short;
    if (fragment.length === hexLength || !isHex.test(fragment)) found.add(fragment);
  }
  return [...found];
}

/** Every fragment of the secrets in every encoding, by the form's first eight characters. */
function formsOf(secrets: ReadonlyMap<string, string>): ReadonlyMap<string, readonly Form[]> {
  const known = new Map<string, Form>();
  const byBeginning = new Map<string, Form[]>();
  for (const [secret, value] of secrets)
    for (const fragment of fragmentsOf(value)) {
      for (const [as, encode] of Object.entries(encodings))
        for (const text of encode(fragment)) {
          const there = known.get(text);
          if (there) {
            there.secrets.add(secret);
            continue;
          }
          const form = { text, as, fragment, secrets: new Set([secret]) };
          known.set(text, form);
          const beginning = text.slice(0, length);
          byBeginning.set(beginning, [...(byBeginning.get(beginning) ?? []), form]);
        }
    }
  return byBeginning;
}

const sources = ["../../../src/", "../../../../sdk/src/"].map((path) => new URL(path, import.meta.url));

/** Whether a piece is in the program's own text, which everybody may read. */
export function inProgram(): (fragment: string) => boolean {
  const files = sources.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:ts|css|js)$/.test(name))
      .map((name) => readFileSync(new URL(name, folder), "utf8")),
  );
  const text = files.join("\n").toLowerCase();
  const known = new Map<string, boolean>();
  return (fragment) => {
    const found = known.get(fragment) ?? text.includes(fragment.toLowerCase());
    known.set(fragment, found);
    return found;
  };
}

/**
 * Where a piece of a secret is that doesn't belong there, in any encoding.
 * @param isPublic whether a piece tells nothing, since everybody may read it
 */
export function searchFragments(
  secrets: ReadonlyMap<string, string>,
  sinks: readonly Sink[],
  isPublic = inProgram(),
): readonly Found[] {
  const forms = formsOf(secrets);
  const found: Found[] = [];
  for (const { where, text, allowed = [] } of sinks) {
    const belongs = (secret: string) => allowed.some((name) => secret.startsWith(name));
    for (let at = 0; at + length <= text.length; at++)
      for (const form of forms.get(text.slice(at, at + length)) ?? [])
        if (text.startsWith(form.text, at) && ![...form.secrets].some(belongs) && !isPublic(form.fragment))
          found.push({ where, secret: [...form.secrets].join(" or "), as: `${form.as} piece ${form.text}` });
  }
  return found;
}

/** A sink for each secret and encoding that holds a piece of it, among other things. */
export function seededPieces(secrets: ReadonlyMap<string, string>, isPublic = inProgram()): readonly Sink[] {
  return [...secrets].flatMap(([secret, value]) => {
    const pieces = fragmentsOf(value);
    const piece = pieces.slice(pieces.length >> 1).find((fragment) => !isPublic(fragment));
    if (piece === undefined) throw new Error(`No piece of ${secret} tells of it.`);
    return Object.entries(encodings).flatMap(([as, encode]) =>
      encode(piece).map((form, i) => ({ where: `${secret}, ${as} ${i}`, text: `before ${form} after` })),
    );
  });
}
