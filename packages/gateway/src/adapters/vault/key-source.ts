import { join } from "node:path";
import { type Keyring, keyBytes, keyLine, readKeyring } from "../../domain/keyring.js";
import { KeyringError } from "../../domain/keyring-error.js";
import type { RandomBytes } from "../../domain/random-text.js";
import { type KeyFile, makeKeyFile, readKeyFile } from "./key-file.js";

/** Where the keys come from: a file that the operator names, or one in the data folder that is made at first. */
export interface KeySource {
  readonly file: KeyFile;
  readonly made: boolean;
}

/** The user who runs this process, where the system has such a thing. */
const self = (): number | undefined => process.geteuid?.();

/** The file that `KUNJI_KEY_FILE` names. */
export const keyFileOf = (path: string, owner: number | undefined = self()): KeySource => ({
  file: { path, named: "The file that KUNJI_KEY_FILE names", owner },
  made: false,
});

/** `gateway/keys` in the data folder: for a gateway that nobody has configured. */
export function embeddedKeys(dataFolder: string, owner: number | undefined = self()): KeySource {
  const path = join(dataFolder, "gateway", "keys");
  return { file: { path, named: `The key file ${path}`, owner }, made: true };
}

/** What comes with the reading of keys. */
export interface KeyReading {
  readonly randomBytes: RandomBytes;
  /** Whether the database holds sealed values: then no new key can be the right one. */
  readonly inUse: boolean;
  /** Takes a sentence for the operator. */
  readonly say: (sentence: string) => void;
}

function missing({ file, made }: KeySource, inUse: boolean): KeyringError {
  return new KeyringError(
    "key_file_missing",
    made || inUse
      ? `${file.named} is gone, and the database holds values sealed with its keys. Put its copy back.`
      : `${file.named} does not exist. Make it with mode 0600 and one line, <id>:<key>, with a key from: openssl rand -base64 32`,
  );
}

/**
 * The keys of a source. The embedded source makes a first key where nothing has been sealed yet, and says so.
 * @throws KeyringError every code but `key_wrong` and `key_absent`
 */
export async function readKeys(source: KeySource, { randomBytes, inUse, say }: KeyReading): Promise<Keyring> {
  const { file } = source;
  const found = readKeyFile(file);
  if (found !== undefined) return readKeyring(found, file.named);
  if (!source.made || inUse) throw missing(source, inUse);
  const hex = (length: number) => Buffer.from(randomBytes(length)).toString("hex");
  if (await makeKeyFile(file, keyLine(`k${hex(4)}`, randomBytes(keyBytes)), hex(8)))
    say(
      `A new key was made in ${file.path}. Without this file nothing of the database can be read: keep a copy.`,
    );
  const text = readKeyFile(file);
  if (text === undefined) throw missing(source, inUse);
  return readKeyring(text, file.named);
}

/** The keys of a source as they are this moment; `undefined` where they can't be read: whoever follows them says why. */
export function readKeysNow({ file }: KeySource): Keyring | undefined {
  let keys: Keyring | undefined;
  try {
    keys = readKeyring(readKeyFile(file) ?? "", file.named);
  } catch {
    // That there are none is all that is asked here.
  }
  return keys;
}
