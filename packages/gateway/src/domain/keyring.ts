import { createSecretKey, type KeyObject } from "node:crypto";
import { KeyringError, type KeyringErrorCode } from "./keyring-error.js";
import { isKeyId } from "./sealed-value.js";

/** Length of a key, in bytes. */
export const keyBytes = 32;

/** The keys of a gateway, by id: the first seals, each opens what it has sealed. */
export interface Keyring {
  readonly sealingKeyId: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/** The line of a key file that holds this key. */
export const keyLine = (id: string, bytes: Uint8Array): string =>
  `${id}:${Buffer.from(bytes).toString("base64")}`;

/** The bytes that a text in base64 stands for; `undefined` where it is not spelled as an encoder would. */
function decoded(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text || bytes.toString("base64url") === text ? bytes : undefined;
}

/**
 * Reads a key file: a key a line, `<id>:<32 bytes in base64>`; the first line's key seals. Empty lines and lines that
 * begin with `#` count for nothing.
 * @param named how a sentence begins, such as "The file that KUNJI_KEY_FILE names"
 * @throws KeyringError `key_file_empty`, `key_file_format`, `key_length`, `key_zeros`, `key_twice`; it names lines, and
 *   repeats nothing of them
 */
export function readKeyring(text: string, named: string): Keyring {
  const keys = new Map<string, KeyObject>();
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const refuse = (code: KeyringErrorCode, why: string) =>
      new KeyringError(code, `${named} can't be used: line ${index + 1} ${why}.`);
    const colon = line.indexOf(":");
    const id = line.slice(0, colon);
    const bytes = decoded(line.slice(colon + 1));
    if (!isKeyId(id) || bytes === undefined)
      throw refuse(
        "key_file_format",
        "is not <id>:<key in base64>, with an id of 1 to 24 letters and digits",
      );
    if (bytes.length !== keyBytes)
      throw refuse("key_length", `has a key of ${bytes.length} bytes where ${keyBytes} are needed`);
    if (bytes.every((byte) => byte === 0)) throw refuse("key_zeros", "has a key that is all zeros");
    const key = createSecretKey(bytes);
    if (keys.has(id)) throw refuse("key_twice", "has the id of an earlier line");
    if ([...keys.values()].some((other) => other.equals(key)))
      throw refuse("key_twice", "has the key of an earlier line");
    keys.set(id, key);
  }
  const [sealingKeyId] = keys.keys();
  if (sealingKeyId === undefined)
    throw new KeyringError(
      "key_file_empty",
      `${named} holds no key. Write one line, <id>:<key>, with a key from: openssl rand -base64 32`,
    );
  return { sealingKeyId, keys };
}
