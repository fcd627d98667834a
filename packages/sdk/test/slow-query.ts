/** Reads UTF-8 one byte at a time by the table of the Unicode standard (3-7); `undefined` where it is malformed. */
function slowUtf8(bytes: readonly number[]): string | undefined {
  let text = "";
  let i = 0;
  while (i < bytes.length) {
    const first = bytes[i++] ?? 0;
    if (first < 0x80) {
      text += String.fromCodePoint(first);
      continue;
    }
    let count: number;
    let lowest = 0x80;
    let highest = 0xbf;
    if (first >= 0xc2 && first <= 0xdf) count = 1;
    else if (first >= 0xe0 && first <= 0xef) count = 2;
    else if (first >= 0xf0 && first <= 0xf4) count = 3;
    else return undefined;
    if (first === 0xe0) lowest = 0xa0;
    if (first === 0xed) highest = 0x9f;
    if (first === 0xf0) lowest = 0x90;
    if (first === 0xf4) highest = 0x8f;
    let point = first % 2 ** (6 - count);
    for (let k = 0; k < count; k++) {
      const next = bytes[i++];
      if (next === undefined || next < lowest || next > highest) return undefined;
      point = point * 64 + (next - 0x80);
      lowest = 0x80;
      highest = 0xbf;
    }
    text += String.fromCodePoint(point);
  }
  return text;
}

/** One name or value from its bytes; `undefined` where it is malformed. */
function slowDecode(bytes: readonly number[], plus: boolean): string | undefined {
  const out: number[] = [];
  let i = 0;
  while (i < bytes.length) {
    const byte = bytes[i] ?? 0;
    if (byte !== 0x25) {
      out.push(byte === 0x2b && !plus ? 0x20 : byte);
      i++;
      continue;
    }
    const digits = bytes
      .slice(i + 1, i + 3)
      .map((code) => "0123456789abcdef".indexOf(String.fromCharCode(code).toLowerCase()));
    if (digits.length < 2 || digits.some((digit) => digit < 0)) return undefined;
    out.push((digits[0] ?? 0) * 16 + (digits[1] ?? 0));
    i += 3;
  }
  return slowUtf8(out);
}

/**
 * What a callback's parameter must be, read byte by byte and without a regular expression: its value, `undefined` where
 * it is absent, `(refused)` where the query is malformed or the parameter is empty or there twice.
 */
export function slowValue(query: Uint8Array, wanted: string, plus: boolean): string | undefined {
  const parts: number[][] = [[]];
  for (const byte of query) {
    if (byte === 0x26) parts.push([]);
    else parts.at(-1)?.push(byte);
  }
  const found: string[] = [];
  for (const part of parts) {
    let cut = part.indexOf(0x3d);
    if (cut < 0) cut = part.length;
    const name = slowDecode(part.slice(0, cut), false);
    const value = slowDecode(part.slice(cut + 1), name === wanted && plus);
    if (name === undefined || value === undefined) return "(refused)";
    if (name === wanted) found.push(value);
  }
  if (found.length === 0) return undefined;
  return found.length > 1 || found[0] === "" ? "(refused)" : found[0];
}
