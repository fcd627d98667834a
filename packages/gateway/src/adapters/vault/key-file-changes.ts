import { withFirstLine, withKeyFirst, withoutKeys } from "../../domain/key-lines.js";
import { type Keyring, keyBytes, keyLine, readKeyring } from "../../domain/keyring.js";
import { KeyringError } from "../../domain/keyring-error.js";
import type { RandomBytes } from "../../domain/random-text.js";
import { type KeyFile, readKeyFile, replaceKeyFile, systemCode } from "./key-file.js";
import { takeTurn } from "./key-file-turn.js";

const hex = (randomBytes: RandomBytes, length: number): string =>
  Buffer.from(randomBytes(length)).toString("hex");

/** What a key file holds. */
interface Contents {
  readonly text: string;
  readonly ring: Keyring;
}

function contentsOf(file: KeyFile): Contents {
  const text = readKeyFile(file);
  if (text === undefined)
    throw new KeyringError("key_file_missing", `${file.named} is gone. Put its copy back.`);
  return { text, ring: readKeyring(text, file.named) };
}

/** A new key's line, with an id that no line has yet. */
function newLine({ keys }: Keyring, randomBytes: RandomBytes): [id: string, line: string] {
  for (;;) {
    const id = `k${hex(randomBytes, 4)}`;
    if (!keys.has(id)) return [id, keyLine(id, randomBytes(keyBytes))];
  }
}

/** What becomes of a key file. */
interface Change<Answer> {
  /** `undefined` where the file stays as it is. */
  readonly text: string | undefined;
  readonly answer: Answer;
}

/** Changes the file by what it holds, while no other process does. @throws KeyringError */
async function changeInTurn<Answer>(
  file: KeyFile,
  randomBytes: RandomBytes,
  changeOf: (contents: Contents) => Change<Answer>,
): Promise<Answer> {
  try {
    for (;;) {
      const idle = changeOf(contentsOf(file));
      // Nothing needs to be written where a file can't be.
      if (idle.text === undefined) return idle.answer;
      const turn = await takeTurn(file, hex(randomBytes, 8));
      try {
        const { text, answer } = changeOf(contentsOf(file));
        if (text === undefined) return answer;
        await replaceKeyFile(file, { text, suffix: hex(randomBytes, 8), isOwn: turn.isOwn });
        // The turn may have gone to another, and a person who puts a file there takes none: then the change is made again on
        // what is there now.
        if (contentsOf(file).text === text) return answer;
      } finally {
        await turn.end();
      }
    }
  } catch (error) {
    if (error instanceof KeyringError) throw error;
    throw new KeyringError("key_file_unwritable", `${file.named} can't be written (${systemCode(error)}).`);
  }
}

/**
 * Puts a new key, or the one with this id, on the first line of the file. Answers its id.
 * @throws KeyringError `key_unknown`, `key_file_unwritable`, and whatever is wrong with the file
 */
export function promoteKey(
  file: KeyFile,
  keyId: string | undefined,
  randomBytes: RandomBytes,
): Promise<string> {
  return changeInTurn(file, randomBytes, ({ text, ring }) => {
    if (keyId === undefined) {
      const [id, line] = newLine(ring, randomBytes);
      return { text: withFirstLine(text, line), answer: id };
    }
    if (!ring.keys.has(keyId))
      throw new KeyringError(
        "key_unknown",
        `${file.named} has no key with this id. Put its line into the file first.`,
      );
    return { text: ring.sealingKeyId === keyId ? undefined : withKeyFirst(text, keyId), answer: keyId };
  });
}

/** Takes keys out of the file. Answers whether any was in it. @throws KeyringError */
export function dropKeys(
  file: KeyFile,
  keyIds: readonly string[],
  randomBytes: RandomBytes,
): Promise<boolean> {
  return changeInTurn(file, randomBytes, ({ text, ring }) => {
    if (!keyIds.some((id) => ring.keys.has(id))) return { text: undefined, answer: false };
    const kept = withoutKeys(text, keyIds);
    // A file without any key would open nothing.
    readKeyring(kept, file.named);
    return { text: kept, answer: true };
  });
}
