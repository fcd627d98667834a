import type { Moment } from "./types.js";

/** A key of the vault; never the key itself. */
export interface VaultKeyInfo {
  readonly id: string;
  /** `sealing`: what is written now lies under it; `opening`: it only opens; `retiring`: it is on its way out. */
  readonly state: "sealing" | "opening" | "retiring";
  /** How many values it has sealed, or may have: counted ahead, in blocks. */
  readonly seals: number;
  /** How many it may seal: then sealing is refused, and reading goes on. */
  readonly limit: number;
  /** How many values lie under it. */
  readonly values: number;
}

/** A change of the sealing key. */
export interface RotationInfo {
  readonly id: string;
  /** The key that everything is sealed with from its begin on. */
  readonly key: string;
  readonly keep: boolean;
  readonly started_at: Moment;
  /** `null` while it runs. */
  readonly finished_at: Moment | null;
  /** How many values were sealed anew. */
  readonly resealed: number;
  /** How many values are still to be sealed anew; 0 once it has finished. Those that can't be opened stay: see `VaultInfo`. */
  readonly left: number;
}

export interface VaultInfo {
  readonly keys: readonly VaultKeyInfo[];
  /** The last one. */
  readonly rotation: RotationInfo | null;
}

export interface PostRotation {
  /**
   * The id of a key that is in the key file already. Where it is left out: one that is first in the file and not in use yet, or
   * else a new one; while a rotation runs, its key.
   */
  readonly key?: string | undefined;
  /** Whether the keys before it stay though nothing lies under them. */
  readonly keep?: boolean | undefined;
}
