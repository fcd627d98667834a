import type { BrokerId } from "../broker.js";
import type { Database } from "./database.js";

/** One call and its answer, all values but the harmless ones as fingerprints. */
export interface LedgerEntry {
  readonly id: number;
  /** ms since 1970 on the sandbox's clock. */
  readonly at: number;
  /** Where the call came from, as `127.0.0.1:54321`; `null` for one that was made in-process. */
  readonly from: string | null;
  /** `null` for what a redirect fault lured to the trap. */
  readonly broker: BrokerId | null;
  readonly method: string;
  readonly path: string;
  /** The route's own spelling of the path, where one took the call. */
  readonly route: string | null;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
  readonly fault?: string;
}

export interface LedgerFilter {
  readonly broker?: string | undefined;
  readonly path?: string | undefined;
  /** Only entries with a higher id. */
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
}

type Row = Record<"query" | "headers" | "body" | "answer", string> &
  Omit<LedgerEntry, "query" | "headers" | "body" | "answer" | "fault"> & { readonly fault: string | null };

const read = ({ fault, ...row }: Row): LedgerEntry => ({
  ...row,
  query: JSON.parse(row.query),
  headers: JSON.parse(row.headers),
  body: JSON.parse(row.body),
  answer: JSON.parse(row.answer),
  ...(fault === null ? {} : { fault }),
});

/** How many entries are kept: the newest. */
const ledgerLength = 20_000;

export function ledgerStore(db: Database, length = ledgerLength) {
  const insert = db.prepare(
    `INSERT INTO ledger (at, "from", broker, method, path, route, query, headers, body, status, answer, fault)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const trim = db.prepare("DELETE FROM ledger WHERE id <= ?");
  const list = db.prepare<Record<string, string | number | null>, Row>(
    `SELECT * FROM ledger WHERE id > @after AND (@broker IS NULL OR broker = @broker)
     AND (@path IS NULL OR path = @path OR route = @path) ORDER BY id LIMIT @limit`,
  );
  const older = db.prepare<Record<string, string | number | null>, Row>(
    `SELECT * FROM ledger WHERE id < @before AND (@broker IS NULL OR broker = @broker)
     ORDER BY id DESC LIMIT @limit`,
  );
  const one = db.prepare<[number], Row>("SELECT * FROM ledger WHERE id = ?");
  const newest = db.prepare("SELECT max(id) FROM ledger").pluck();
  const addAndTrim = db.transaction((entry: Omit<LedgerEntry, "id">) => {
    const { at, from, broker, method, path, route, query, headers, body, status, answer, fault } = entry;
    const texts = [query, headers, body].map((value) => JSON.stringify(value));
    const done = insert.run(
      at,
      from,
      broker,
      method,
      path,
      route,
      ...texts,
      status,
      JSON.stringify(answer),
      fault ?? null,
    );
    trim.run(Number(done.lastInsertRowid) - length);
  });
  return {
    add: (entry: Omit<LedgerEntry, "id">): void => addAndTrim(entry),
    list: (filter: LedgerFilter): readonly LedgerEntry[] =>
      list
        .all({
          broker: filter.broker ?? null,
          path: filter.path ?? null,
          after: filter.after ?? 0,
          limit: filter.limit ?? length,
        })
        .map(read),
    /** Entries with a lower id than `before` (where it is given), the newest first. */
    older: (
      limit: number,
      { broker, before }: { broker?: BrokerId; before?: number } = {},
    ): readonly LedgerEntry[] =>
      older.all({ broker: broker ?? null, before: before ?? Number.MAX_SAFE_INTEGER, limit }).map(read),
    byId(id: number): LedgerEntry | undefined {
      const row = one.get(id);
      return row && read(row);
    },
    /** The id of the newest entry; 0 where there is none. */
    newestId: (): number => Number(newest.get() ?? 0),
  };
}
