import { createRequire } from "node:module";
import type { BrokerId } from "kunji";
import { type OwnServer, runOn } from "../../support/postgres.js";
import { allBrokers } from "../../support/world.js";
import { type ActCost, measureActs } from "./measured-acts.js";
import { type DaySize, measureDays } from "./measured-days.js";
import { type ActiveSize, measureSizes } from "./measured-sizes.js";
import { kinds } from "./storage-acts.js";
import { startMeasuredServer } from "./storage-world.js";

export interface StorageWish {
  /** How many connections each act happens to. */
  readonly acts: number;
  /** How often each act is done alone, after a checkpoint. */
  readonly alone: number;
  /** How many connections of each broker are made to find what one takes. */
  readonly sizes: number;
  /** Connections at a broker where users log in daily, and days of their lives. */
  readonly daily: readonly [connections: number, days: number];
  /** The same at one that renews. */
  readonly renewed: readonly [connections: number, days: number];
  /** All of them where it is left out. */
  readonly brokers?: readonly BrokerId[];
}

/** The databases that are measured. */
export const measured = ["SQLite", "PostgreSQL"] as const;

/** What was found at one database. */
export interface StorageCosts {
  /** Every act has happened, and every connection lives. */
  readonly sound: boolean;
  /** The database's, or that of the library that holds it. */
  readonly version: string;
  readonly perAct: readonly ActCost[];
  readonly perConnection: readonly ActiveSize[];
  readonly perDay: readonly DaySize[];
}

const minute = 60_000;

async function versionOf(server: OwnServer | undefined): Promise<string> {
  const library = createRequire(import.meta.url)("better-sqlite3/package.json") as { version: string };
  if (!server) return `better-sqlite3 ${library.version}`;
  const [told] = await runOn(server.url, "show server_version");
  return String(told?.server_version);
}

/** Measures one of the databases, each figure with gateways of its own. */
export async function measureStorage(
  database: (typeof measured)[number],
  { acts, alone, sizes, daily, renewed, brokers = allBrokers }: StorageWish,
  say: (line: string) => void,
): Promise<StorageCosts> {
  const server = database === "PostgreSQL" ? await startMeasuredServer() : undefined;
  const day = ([connections, days]: readonly [number, number], broker: BrokerId, everyMs: number) =>
    measureDays({ broker, connections, days, everyMs, server });
  try {
    const perAct = await measureActs({ acts, alone, server });
    say(`${database}: ${perAct.length} acts`);
    const perConnection = await measureSizes({ brokers, connections: sizes, server });
    say(`${database}: ${perConnection.length} kinds of connections`);
    // A renewal is due five minutes ahead of the end at least.
    const perDay = [
      await day(daily, kinds.daily, 30 * minute),
      await day(renewed, kinds.renewed, 4 * minute),
    ];
    say(`${database}: ${perDay.length} kinds of days`);
    const sound = perAct.every(({ missing }) => missing === 0) && perDay.every(({ lost }) => lost === 0);
    return { sound, version: await versionOf(server), perAct, perConnection, perDay };
  } finally {
    await server?.end();
  }
}
