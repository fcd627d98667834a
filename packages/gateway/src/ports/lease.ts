/** A lease that is asked for. It ends by itself, on the database's clock. */
export interface LeaseWish {
  /** Random, made anew for every lease: a late holder can't release its successor's. */
  readonly owner: string;
  /** How long it lasts, in ms. The deadline of what is done under it lies well inside. */
  readonly ms: number;
}

/** The columns of a row that can be leased. */
export interface Leased {
  readonly leaseOwner: string | null;
  /** ms since 1970, UTC, on the database's clock */
  readonly leaseUntil: number | null;
}

/** A try that is written down before it is sent, so that its outcome can be doubted after a crash. */
export interface Tried {
  /** ms since 1970, UTC */
  readonly triedAt: number | null;
  /** What was tried: `refresh`, `login`, `probe`. */
  readonly triedWhat: string | null;
}
