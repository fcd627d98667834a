import { KunjiError } from "../errors.js";

/**
 * Where the IV comes from; the page names none. `zero`: sixteen zero bytes. `key-start` and `key-end`: the key's first or
 * last sixteen bytes. `prefix`: the ciphertext's first sixteen bytes. Or the sixteen bytes themselves.
 */
export type Iv = "zero" | "key-start" | "key-end" | "prefix" | Uint8Array<ArrayBuffer>;

function split(iv: Iv, key: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>) {
  if (iv === "prefix") return { vector: data.slice(0, 16), text: data.slice(16) };
  const named = { zero: new Uint8Array(16), "key-start": key.slice(0, 16), "key-end": key.slice(16) };
  return { vector: typeof iv === "string" ? named[iv] : iv, text: data };
}

/**
 * Opens `encrTkn`: base64 of AES-256-CBC with PKCS#5 padding; the key is the security key and the last 16 characters of the
 * vendor session token, as ASCII. A `+` that has become a blank and a missing `=` are mended.
 * @throws KunjiError `decryption_failed`, one and the same whatever is wrong
 */
export async function openToken(
  encrTkn: string,
  vendorToken: string,
  securityKey: string,
  iv: Iv,
): Promise<string> {
  try {
    const bytes = new TextEncoder().encode(securityKey + vendorToken.slice(-16));
    const data = Uint8Array.from(atob(encrTkn.replaceAll(" ", "+")), (character) => character.charCodeAt(0));
    const { vector, text } = split(iv, bytes, data);
    const key = await crypto.subtle.importKey("raw", bytes, "AES-CBC", false, ["decrypt"]);
    const opened = await crypto.subtle.decrypt({ name: "AES-CBC", iv: vector }, key, text);
    const token = String.fromCharCode(...new Uint8Array(opened));
    // A wrong IV damages the first block alone and the padding still verifies: only the text itself can tell.
    if (bytes.length === 32 && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(token)) return token;
  } catch {
    // The runtime's message tells which step failed.
  }
  throw new KunjiError("decryption_failed", { broker: "nuvama" });
}
