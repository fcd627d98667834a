/** The one format there is. */
export const sealedFormat = "v1";

/** Length of a nonce, in bytes. */
export const nonceBytes = 12;

/** Length of an authentication tag, in bytes. */
export const tagBytes = 16;

const idPattern = "[A-Za-z0-9_-]{1,24}";
const headPattern = new RegExp(`^${sealedFormat}\\.(${idPattern})\\.`);
/** Of format, both full stops and the longest id, in bytes. */
const longestHead = 28;

/** Whether a text can be the id of a key: 1 to 24 letters, digits, `_` or `-`. */
export const isKeyId = (text: string): boolean => new RegExp(`^${idPattern}$`).test(text);

/** The parts of a sealed value. */
export interface SealedParts {
  readonly keyId: string;
  readonly nonce: Uint8Array;
  /** The ciphertext, with the tag at its end. */
  readonly body: Uint8Array;
}

/**
 * `v1.<key id>.<nonce><ciphertext><tag>`: a head that can be read in a dump, then bytes. It is not base64 text, because
 * the column holds bytes, text would be a third longer, and text has spellings that differ but decode to the same.
 */
export function joinSealed({ keyId, nonce, body }: SealedParts): Uint8Array {
  return Buffer.concat([Buffer.from(`${sealedFormat}.${keyId}.`), nonce, body]);
}

/** The parts of what `joinSealed` made; `undefined` where the bytes are anything else. */
export function splitSealed(sealed: Uint8Array): SealedParts | undefined {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const found = headPattern.exec(bytes.toString("latin1", 0, longestHead));
  if (!found) return undefined;
  const [head, keyId] = found as unknown as readonly [string, string];
  const body = bytes.subarray(head.length + nonceBytes);
  if (body.length < tagBytes) return undefined;
  return { keyId, nonce: bytes.subarray(head.length, head.length + nonceBytes), body };
}
