import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";

const version = "v1";
const nonceBytes = 12;
const tagBytes = 16;

/** What a sealed text is bound to: opened under another name it is refused. */
export interface Bound {
  readonly kind: string;
  readonly broker: string;
  readonly env: string;
}

const associated = ({ kind, broker, env }: Bound): Buffer => Buffer.from(JSON.stringify([kind, broker, env]));

/** `v1.<nonce>.<ciphertext and tag>`, AES-256-GCM, base64url. */
export function seal(
  key: KeyObject,
  bound: Bound,
  text: string,
  randomBytes: (length: number) => Uint8Array,
): string {
  const nonce = Buffer.from(randomBytes(nonceBytes));
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associated(bound));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${version}.${nonce.toString("base64url")}.${sealed.toString("base64url")}`;
}

/** The text; `undefined` for a damaged envelope, another key or another name: which of them can't be told. */
export function open(key: KeyObject, bound: Bound, envelope: string): string | undefined {
  const [, nonceText = "", sealedText = ""] =
    /^v1\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\s*$/.exec(envelope) ?? [];
  const nonce = Buffer.from(nonceText, "base64url");
  const sealed = Buffer.from(sealedText, "base64url");
  if (nonce.length !== nonceBytes || sealed.length < tagBytes) return undefined;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(associated(bound));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    return decipher.update(sealed.subarray(0, -tagBytes), undefined, "utf8") + decipher.final("utf8");
  } catch {
    return undefined;
  }
}
