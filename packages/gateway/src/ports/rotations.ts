/** One change of the sealing key. Times are ms since 1970, UTC, by the database's clock. */
export interface Rotation {
  readonly id: string;
  /** The key that everything is sealed with from now on. */
  readonly keyId: string;
  /** Whether the keys before it stay though nothing lies under them. */
  readonly keep: boolean;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** How many values were sealed anew. */
  readonly resealed: number;
}

/** Rotations, of which one runs at a time; any gateway with its key carries it on. */
export interface Rotations {
  /** The last that was begun. */
  last(): Promise<Rotation | undefined>;
  /**
   * Takes the right to begin one, for so long, in ms: its key is made after that, so that no two make one. False where one
   * runs or is being prepared.
   */
  prepare(id: string, ms: number): Promise<boolean>;
  /** Gives up one that was prepared and not begun. */
  abandon(id: string): Promise<void>;
  /**
   * Begins the one that was prepared: from now on every other key seals no more. `undefined`, with nothing changed, where it
   * was not, or not in time, or the key has no record.
   */
  begin(rotation: Pick<Rotation, "id" | "keyId" | "keep">): Promise<Rotation | undefined>;
  /** Takes the running rotation for so long, in ms, or keeps it; `undefined` where none runs or another one has it. */
  claim(owner: string, ms: number): Promise<Rotation | undefined>;
  /** Counts what was sealed anew. */
  count(id: string, resealed: number): Promise<void>;
  /** Gives a claim back before its time. */
  release(id: string, owner: string): Promise<void>;
  finish(id: string): Promise<void>;
}
