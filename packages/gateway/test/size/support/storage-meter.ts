/** Rows of one table that were written. */
export interface RowsWritten {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** What some work has written. */
export interface Written {
  /** Transactions that wrote anything: each waits for the disk once. */
  readonly transactions: number;
  /** Bytes of the write-ahead log. */
  readonly walBytes: number;
  /** Pages that lie in the log as a whole, since they were changed for the first time after a checkpoint; `null` where all do. */
  readonly fullPages: number | null;
  /** By table, those in which any row was written; `null` where the database does not count them. */
  readonly rows: Readonly<Record<string, RowsWritten>> | null;
}

/** What a table takes on disk, in bytes. */
export interface TableSize {
  readonly table: number;
  readonly indexes: number;
}

export type Sizes = Readonly<Record<string, TableSize>>;

/** Looks at a database beside the gateway that works on it, and changes nothing of what is in it. */
export interface StorageMeter {
  /** What is written while the work is done. Nothing else may be at work on the database. */
  measure(work: () => Promise<void>): Promise<Written>;
  /** Bytes of the log where every page is changed for the first time after a checkpoint; absent where that makes no difference. */
  readonly measureAfterCheckpoint?: (work: () => Promise<void>) => Promise<number>;
  /** What a database does by itself in time: the space of what was erased or overwritten can be used again. */
  cleanUp(): Promise<void>;
  /** By table, after a cleaning; `packed`: after every table and index was written anew without a gap. */
  sizes(wish?: { readonly packed?: boolean }): Promise<Sizes>;
  close(): Promise<void>;
}
