/** What the database knows of a key; never the key. Times are ms since 1970, UTC. */
export interface VaultKeyRecord {
  readonly keyId: string;
  /** A known text, sealed with the key: it shows at start whether the key is the right one. */
  readonly canary: Uint8Array;
  /** How many values the key has sealed, or may have: counted ahead, in blocks. */
  readonly seals: number;
  /** Since when it seals no more, because another one has taken its place. */
  readonly retiringAt: number | null;
}

/** A key that was taken out. It never comes back. */
export interface RetiredKey {
  readonly keyId: string;
  readonly retiredAt: number;
  readonly seals: number;
  /** The key that links were signed with, encrypted, until the last of them has ended. */
  readonly sealedLinkKey: Uint8Array | null;
  readonly linksUntil: number;
}

/** The vault's rows, of which all gateways on one database share one set. */
export interface VaultRecords {
  /** All of them; a key's record is there until none of its values is left. */
  keys(): Promise<readonly VaultKeyRecord[]>;
  /** The keys that were taken out. */
  retired(): Promise<readonly RetiredKey[]>;
  /** Keeps the record unless the key has one, or was taken out. */
  plant(record: Omit<VaultKeyRecord, "retiringAt">): Promise<void>;
  /**
   * Adds to a key's count, in one statement, outside of any transaction. Where the sum would be above the limit, or the
   * key has no record, it adds nothing and answers false.
   */
  countSeals(keyId: string, seals: number, limit: number): Promise<boolean>;
  /** Takes a key out, now. False, with nothing changed, where a value lies under it: the database itself sees to that. */
  retire(keyId: string, links: { readonly sealedLinkKey: Uint8Array; readonly ms: number }): Promise<boolean>;
  /** Erases the link keys of links that have all ended. Answers how many. */
  forgetLinkKeys(): Promise<number>;
}
