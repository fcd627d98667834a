import type { KeyObject } from "node:crypto";
import type { Secret } from "kunji";
import type { Keyring } from "../domain/keyring.js";
import type { Slot } from "../domain/slot.js";

/** Seals what may not be stored in the clear, and opens it again in its own place. */
export interface Vault {
  /**
   * Seals a text for a slot. Call it before a transaction of the store, never within one: at times it counts its seals in
   * the database, and SQLite has one writer.
   * @throws VaultError `seal_limit_reached`, `text_unsealable`
   */
  seal(slot: Slot, text: Secret): Promise<Uint8Array>;
  /** @throws VaultError `sealed_unreadable`: other slot, other key, damaged or not sealed at all, which can't be told apart */
  open(slot: Slot, sealed: Uint8Array): Secret;
  /** Whether the value lies under the key that seals now; a rotation seals again what does not. */
  isCurrent(sealed: Uint8Array): boolean;
  /**
   * A key made from one of the vault's for signing links, and its id: from the one that seals now, or from the one with
   * this id; `undefined` where the vault has no such key any more.
   */
  linkKey(keyId?: string): { readonly id: string; readonly key: KeyObject } | undefined;
  /**
   * Takes other keys while it runs; a key that is in use must stay among them. On a refusal the keys stay as they are.
   * @throws KeyringError `key_wrong`, `key_absent`
   */
  changeKeys(keyring: Keyring): Promise<void>;
  /**
   * Reads the keys where they come from once more, and takes them if they are others. Answers whether they were, as 1 or 0. On
   * a refusal the keys stay as they are.
   * @throws KeyringError
   */
  followKeys(): Promise<number>;
}
