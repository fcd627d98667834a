/** A segment that every server reads the same way: no encoding but that of characters which mean nothing in a path. */
const plainSegment = /^(?:[\w~@:!$'()*+,=&.-]|%(?:2[0124]|2[6-9]|2[abc]|3[acde]|40|5[bde]|60|7[bcd]))+$/i;
const dots = /^\.+$/;

/** The segments of a path that can be read in one way only, without query and trailing slash; else `undefined`. */
export function plainSegments(path: string): readonly string[] | undefined {
  const [whole = ""] = path.split("?", 1);
  if (!whole.startsWith("/")) return undefined;
  const segments = whole.replace(/\/$/, "").split("/").slice(1);
  return segments.every((segment) => plainSegment.test(segment) && !dots.test(segment))
    ? segments
    : undefined;
}

const longest = 4096;
const mostDecodings = 8;

/** UTF-8 as a careless server decodes it: overlong forms count, and a stray byte stands for itself. */
function careless(bytes: readonly number[]): string {
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] ?? 0;
    const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const rest = bytes.slice(i + 1, i + length);
    const whole = rest.length === length - 1;
    const point = rest.reduce((value, byte) => (value << 6) | (byte & 0x3f), first & (0xff >> (length + 1)));
    text +=
      length > 1 && whole && point <= 0x10ffff ? String.fromCodePoint(point) : String.fromCharCode(first);
    i += length > 1 && whole ? length : 1;
  }
  return text;
}

function decodedOnce(text: string): string {
  return text
    .replace(/%u([\da-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/(?:%[\da-f]{2})+/gi, (run) =>
      careless(
        run
          .slice(1)
          .split("%")
          .map((hex) => Number.parseInt(hex, 16)),
      ),
    );
}

/** As the most lenient server compares: compatibility forms unified, the invisible gone, backslashes as slashes, small letters. */
function folded(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[\p{C}\s]/gu, "")
    .replaceAll("\\", "/")
    .toLowerCase();
}

function resolved(segments: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (!dots.test(segment)) kept.push(segment);
  }
  return kept;
}

function split(text: string): readonly (readonly string[])[] {
  const segments = text.split("/").filter(Boolean);
  const named = segments.map((segment) => (dots.test(segment) ? segment : segment.replace(/\.+$/, "")));
  return [resolved(named), named.filter((segment) => !dots.test(segment))];
}

/**
 * Every way in which some server might read a path, in small letters: decoded once and again, with and without what
 * follows `;`, `?` and `#`, dot segments resolved or dropped. `undefined` for a path too long, or encoded too often, to be looked at.
 */
export function readings(path: string): readonly (readonly string[])[] | undefined {
  if (path.length > longest) return undefined;
  const found: (readonly string[])[] = [];
  let text = path;
  for (let decodings = 0; decodings <= mostDecodings; decodings++) {
    const whole = folded(text);
    for (const part of new Set([whole, whole.replace(/[?#].*$/, "")])) {
      const ways = [part, part.replace(/;[^/]*/g, ""), part.replaceAll(";", "/")];
      for (const way of new Set(ways)) found.push(...split(way));
    }
    const next = decodedOnce(text);
    if (next === text) return found;
    text = next;
  }
  return undefined;
}
