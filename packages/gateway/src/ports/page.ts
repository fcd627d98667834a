/** Where a page ended: the last row's place in the list's order. `endsAt` where the list is in the order of ends. */
export interface Cursor {
  readonly id: string;
  readonly endsAt?: number;
}

/** Which part of a list is asked for. */
export interface Page {
  /** At most so many, 1 or more. */
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: Cursor | undefined;
}

/** One page. Rows added meanwhile neither move nor repeat the others. */
export interface Listed<T> {
  readonly items: readonly T[];
  /** Ask with it for the next page; `null` on the last one. */
  readonly next: Cursor | null;
}

/** A part of what is numbered as it happens, newest first. */
export interface Newest {
  /** At most so many, 1 or more. */
  readonly limit: number;
  /** Only what came before this sequence. */
  readonly before?: number | undefined;
}
