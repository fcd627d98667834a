import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import { tagBytes } from "../../domain/sealed-value.js";

const algorithm = "aes-256-gcm";

/** The ciphertext of a text, the tag at its end. */
export function encrypt(key: KeyObject, nonce: Uint8Array, associated: Uint8Array, text: string): Uint8Array {
  const cipher = createCipheriv(algorithm, key, nonce);
  cipher.setAAD(associated);
  return Buffer.concat([cipher.update(Buffer.from(text)), cipher.final(), cipher.getAuthTag()]);
}

/** The text of a value that `splitSealed` took apart; `undefined` where key, nonce, associated data, ciphertext or tag are not those of one `encrypt`. */
export function decrypt(
  key: KeyObject,
  nonce: Uint8Array,
  associated: Uint8Array,
  body: Uint8Array,
): string | undefined {
  let text: string | undefined;
  try {
    // By itself it would take a tag of four bytes too.
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(associated);
    decipher.setAuthTag(body.subarray(-tagBytes));
    text = Buffer.concat([decipher.update(body.subarray(0, -tagBytes)), decipher.final()]).toString();
  } catch {
    // What has failed is not told apart.
  }
  return text;
}
