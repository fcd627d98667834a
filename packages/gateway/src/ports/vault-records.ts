/** What the database knows of a key; never the key. */
export interface VaultKeyRecord {
  readonly keyId: string;
  /** A known text, sealed with the key: it shows at start whether the key is the right one. */
  readonly canary: Uint8Array;
  /** How many values the key has sealed, or may have: counted ahead, in blocks. */
  readonly seals: number;
}

/** The vault's rows, of which all gateways on one database share one set. */
export interface VaultRecords {
  /** All of them; a key's record is there until none of its values is left. */
  keys(): Promise<readonly VaultKeyRecord[]>;
  /** Keeps the record unless the key has one. */
  plant(record: VaultKeyRecord): Promise<void>;
  /**
   * Adds to a key's count, in one statement, outside of any transaction. Where the sum would be above the limit, or the
   * key has no record, it adds nothing and answers false.
   */
  countSeals(keyId: string, seals: number, limit: number): Promise<boolean>;
}
