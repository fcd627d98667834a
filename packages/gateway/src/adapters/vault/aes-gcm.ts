import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import { tagBytes } from "../../domain/sealed-value.js";

const algorithm = "aes-256-gcm";

/** The ciphertext of a text, the tag at its end. */
export function encrypt(key: KeyObject, nonce: Uint8Array, associated: Uint8Array, text: string): Uint8Array {
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associated);
  return Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

/** The text of a value that `splitSealed` took apart; `undefined` where key, nonce, associated data, ciphertext or tag are not those of one `encrypt`. */
export function decrypt(
  key: KeyObject,
  nonce: Uint8Array,
  associated: Uint8Array,
  body: Uint8Array,
): string | undefined {
  try {
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(associated);
    decipher.setAuthTag(body.subarray(-tagBytes));
    const text = decipher.update(body.subarray(0, -tagBytes));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}
