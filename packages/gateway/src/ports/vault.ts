import type { KeyObject } from "node:crypto";
import type { Secret } from "kunji";
import type { Keyring } from "../domain/keyring.js";
import type { Slot } from "../domain/slot.js";

/** Seals what may not be stored in the clear, and opens it again in its own place. */
export interface Vault {
  /**
   * Seals a text for a slot. Call it before a transaction of the store, never within one: at times it counts its seals in
   * the database, and SQLite has one writer.
   * @throws VaultError `seal_limit_reached`, `text_unsealable`; `key_absent` where its key was taken out and the next one is not here
   */
  seal(slot: Slot, text: Secret): Promise<Uint8Array>;
  /**
   * @throws VaultError `sealed_unreadable`: other slot, other key, damaged or not sealed at all, which can't be told apart;
   *   `key_absent` where it names a key that this process has not got
   */
  open(slot: Slot, sealed: Uint8Array): Secret;
  /** Whether the value lies under the key that seals now; a rotation seals again what does not. */
  isCurrent(sealed: Uint8Array): boolean;
  /** The id of the key that seals now: the first of the file that is not on its way out. */
  sealingKeyId(): string;
  /** Whether it has got the key with this id; it looks at the key file once more before it says no. */
  holds(keyId: string): boolean;
  /** How many values one key may seal. */
  readonly sealLimit: number;
  /**
   * A key made from one of the vault's for signing links, and its id: from the one that seals now, or from the one with
   * this id, which goes on for a day after that one was taken out; `undefined` where there is no such key any more.
   */
  linkKey(keyId?: string): { readonly id: string; readonly key: KeyObject } | undefined;
  /** A key made from the one that seals now, for texts that are counted and must not be stored as they are. */
  tallyKey(): KeyObject;
  /**
   * Takes other keys while it runs; a key that is in use must stay among them. On a refusal the keys stay as they are.
   * @throws KeyringError `key_wrong`, `key_absent`
   */
  changeKeys(keyring: Keyring): Promise<void>;
  /**
   * Reads the keys where they come from once more, and what the database says of them, and takes both. Answers whether
   * anything was changed, as 1 or 0. On a refusal the keys stay as they are.
   * @throws KeyringError
   */
  followKeys(): Promise<number>;
  /**
   * Puts a new key, or the one with this id, on the first line of the key file, and follows. Answers its id.
   * @throws KeyringError `key_unknown` where the file has no such key; `key_file_unwritable`, and what `followKeys` throws
   */
  promoteKey(keyId?: string): Promise<string>;
  /** Takes the lines of these keys out of the key file where they are in it, and follows. @throws KeyringError */
  dropKeys(keyIds: readonly string[]): Promise<void>;
}
