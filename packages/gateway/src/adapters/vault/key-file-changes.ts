import { withFirstLine, withKeyFirst, withoutKeys } from "../../domain/key-lines.js";
import { keyBytes, keyLine, readKeyring } from "../../domain/keyring.js";
import { KeyringError } from "../../domain/keyring-error.js";
import type { RandomBytes } from "../../domain/random-text.js";
import { type KeyFile, readKeyFile, replaceKeyFile } from "./key-file.js";

const hex = (randomBytes: RandomBytes, length: number): string =>
  Buffer.from(randomBytes(length)).toString("hex");

function textOf(file: KeyFile): string {
  const text = readKeyFile(file);
  if (text === undefined)
    throw new KeyringError("key_file_missing", `${file.named} is gone. Put its copy back.`);
  readKeyring(text, file.named);
  return text;
}

/** A new key's line, with an id that no line has yet. */
function newLine(text: string, { named }: KeyFile, randomBytes: RandomBytes): [id: string, line: string] {
  const { keys } = readKeyring(text, named);
  for (;;) {
    const id = `k${hex(randomBytes, 4)}`;
    if (!keys.has(id)) return [id, keyLine(id, randomBytes(keyBytes))];
  }
}

/**
 * Puts a new key, or the one with this id, on the first line of the file. Answers its id.
 * @throws KeyringError `key_unknown`, `key_file_unwritable`, and whatever is wrong with the file
 */
export async function promoteKey(
  file: KeyFile,
  keyId: string | undefined,
  randomBytes: RandomBytes,
): Promise<string> {
  const text = textOf(file);
  if (keyId === undefined) {
    const [id, line] = newLine(text, file, randomBytes);
    await replaceKeyFile(file, withFirstLine(text, line), hex(randomBytes, 8));
    return id;
  }
  const promoted = withKeyFirst(text, keyId);
  if (promoted === undefined)
    throw new KeyringError(
      "key_unknown",
      `${file.named} has no key with this id. Put its line into the file first.`,
    );
  if (readKeyring(text, file.named).sealingKeyId !== keyId)
    await replaceKeyFile(file, promoted, hex(randomBytes, 8));
  return keyId;
}

/** Takes keys out of the file. Answers whether any was in it. @throws KeyringError */
export async function dropKeys(
  file: KeyFile,
  keyIds: readonly string[],
  randomBytes: RandomBytes,
): Promise<boolean> {
  const text = textOf(file);
  const { keys } = readKeyring(text, file.named);
  if (!keyIds.some((id) => keys.has(id))) return false;
  const kept = withoutKeys(text, new Set(keyIds));
  // A file without any key would open nothing.
  readKeyring(kept, file.named);
  await replaceKeyFile(file, kept, hex(randomBytes, 8));
  return true;
}
