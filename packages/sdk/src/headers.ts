import type { BrokerId } from "./broker.js";
import { KunjiError } from "./errors.js";

// What arrives as it was sent: Latin-1 without control characters, no blank at either end.
const value = /^[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;
const name = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const longest = 4096;

/** These frame a message or belong to the connection: who sends it sets them. */
const framing =
  /^(?:connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*)$/i;

/** Whether a text can travel in a header and arrive byte for byte. */
export function isHeaderValue(text: string): boolean {
  return typeof text === "string" && text.length <= longest && value.test(text);
}

/** @throws KunjiError `input_invalid` for the field, without its value */
export function headerValue(broker: BrokerId, field: string, text: string): string {
  if (!isHeaderValue(text)) throw new KunjiError("input_invalid", { broker, field });
  return text;
}

/** The caller's headers with ours over them, names in lower case. @throws KunjiError `input_invalid` */
export function mergedHeaders(
  broker: BrokerId,
  theirs: Readonly<Record<string, string>>,
  ours: Readonly<Record<string, string>>,
): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const headers of [theirs, ours])
    for (const [key, text] of Object.entries(headers)) {
      if (!name.test(key)) throw new KunjiError("input_invalid", { broker, field: "headers" });
      if (framing.test(key)) throw new KunjiError("input_invalid", { broker, field: key.toLowerCase() });
      merged[key.toLowerCase()] = headerValue(broker, key, text);
    }
  return merged;
}
