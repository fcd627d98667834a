/** A value sealed by the first key: whoever can't open it has another key. One in the installation. */
export interface VaultCanary {
  get(): Promise<Uint8Array | undefined>;
  /** Keeps it where there is none; answers the one that is kept, which may be another gateway's. */
  putFirst(sealed: Uint8Array): Promise<Uint8Array>;
  /** Replaces it under a newer key. */
  replace(sealed: Uint8Array): Promise<void>;
}
