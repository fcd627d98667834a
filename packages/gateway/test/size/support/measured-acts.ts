import type { OwnServer } from "../../support/postgres.js";
import { actNames, kinds, lives } from "./storage-acts.js";
import type { RowsWritten, Written } from "./storage-meter.js";
import { openStorageWorld } from "./storage-world.js";

/** What an act costs, the mean of so many. */
export interface ActCost {
  readonly act: string;
  readonly acts: number;
  /** Those that have not happened: none where all is well. */
  readonly missing: number;
  readonly transactions: number;
  readonly walBytes: number;
  readonly fullPages: number | null;
  /** Of one act alone, each page being changed for the first time after a checkpoint; `null` where that is no matter. */
  readonly walBytesAfterCheckpoint: number | null;
  /** By table; `null` where the database does not count them. */
  readonly rows: Readonly<Record<string, RowsWritten>> | null;
}

export interface ActsWish {
  /** How many connections each act happens to. */
  readonly acts: number;
  /** How often each is done alone, after a checkpoint. */
  readonly alone: number;
  /** Left out: SQLite. */
  readonly server?: OwnServer | undefined;
}

const hundredths = (number: number): number => Math.round(number * 100) / 100;
const usersOf = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}-${i}`);

function meanRows(rows: Written["rows"], acts: number): ActCost["rows"] {
  if (!rows) return null;
  const mean = (count: number): number => hundredths(count / acts);
  return Object.fromEntries(
    Object.entries(rows).map(([table, { inserted, updated, deleted }]) => [
      table,
      { inserted: mean(inserted), updated: mean(updated), deleted: mean(deleted) },
    ]),
  );
}

/** What each act of a connection's life writes, on an empty database of its own. */
export async function measureActs({ acts, alone, server }: ActsWish): Promise<readonly ActCost[]> {
  const world = await openStorageWorld(Object.values(kinds), server);
  try {
    const { meter } = world;
    // Statements, plans and pages are there by then.
    for await (const { work } of lives(world, usersOf("first", 3))) await work();
    const costs: ActCost[] = [];
    for await (const { name, work } of lives(world, usersOf("user", acts))) {
      let happened = 0;
      const written = await meter.measure(async () => {
        happened = await work();
      });
      costs.push({
        act: name,
        acts,
        missing: acts - happened,
        transactions: hundredths(written.transactions / acts),
        walBytes: Math.round(written.walBytes / acts),
        fullPages: written.fullPages === null ? null : hundredths(written.fullPages / acts),
        walBytesAfterCheckpoint: null,
        rows: meanRows(written.rows, acts),
      });
    }
    const { measureAfterCheckpoint } = meter;
    if (!measureAfterCheckpoint || alone === 0) return costs;
    const bytes = new Map<string, number>(Object.values(actNames).map((name) => [name, 0]));
    for (let nth = 0; nth < alone; nth++)
      for await (const { name, work } of lives(world, [`alone-${nth}`])) {
        const one = await measureAfterCheckpoint(async () => void (await work()));
        bytes.set(name, (bytes.get(name) ?? 0) + one);
      }
    return costs.map((cost) => ({
      ...cost,
      walBytesAfterCheckpoint: Math.round((bytes.get(cost.act) ?? 0) / alone),
    }));
  } finally {
    await world.close();
  }
}
