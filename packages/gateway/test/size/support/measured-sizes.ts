import type { BrokerId } from "kunji";
import type { OwnServer } from "../../support/postgres.js";
import type { Sizes, TableSize } from "./storage-meter.js";
import { openStorageWorld, type StorageWorld } from "./storage-world.js";

/** What one more connection takes on disk, in bytes, by table; tables that did not grow are left out. */
export type Growth = Readonly<Record<string, TableSize>>;

/** What is kept for a time alone: `KUNJI_EVENT_DAYS` for events and deliveries, `KUNJI_AUDIT_DAYS` for the audit. */
export const history: readonly string[] = ["events", "deliveries", "audit"];

const hour = 3_600_000;

export function grownBetween(before: Sizes, after: Sizes, by: number): Growth {
  const grown: Record<string, TableSize> = {};
  for (const [name, { table, indexes }] of Object.entries(after)) {
    const was = before[name] ?? { table: 0, indexes: 0 };
    const more = {
      table: Math.round((table - was.table) / by),
      indexes: Math.round((indexes - was.indexes) / by),
    };
    if (more.table !== 0 || more.indexes !== 0) grown[name] = more;
  }
  return grown;
}

export const bytesOf = (growth: Growth, which: (table: string) => boolean = () => true): number =>
  Object.entries(growth)
    .filter(([name]) => which(name))
    .reduce((sum, [, { table, indexes }]) => sum + table + indexes, 0);

/** What a new connection takes once it is active, its first login's history included. */
export interface ActiveSize {
  readonly broker: BrokerId;
  readonly connections: number;
  /** With every table and index written anew, without a gap. */
  readonly packed: Growth;
  /** As it lies after the logins, cleaned up ten times on the way. */
  readonly bytes: number;
}

export interface SizesWish {
  readonly brokers: readonly BrokerId[];
  readonly connections: number;
  /** Left out: SQLite. */
  readonly server?: OwnServer | undefined;
}

/** What connections of each of these brokers take, once they are active. */
export async function measureSizes({ brokers, connections, server }: SizesWish): Promise<ActiveSize[]> {
  const world = await openStorageWorld(brokers, server);
  try {
    const { meter } = world;
    const found: ActiveSize[] = [];
    for (const broker of brokers) {
      // The first one brings what there is but once, such as a vendor session.
      await world.connect(broker, "first");
      const before = await meter.sizes({ packed: true });
      const often = Math.ceil(connections / 10);
      for (let i = 0; i < connections; i++) {
        await world.connect(broker, `user-${i}`);
        if (i % often === 0) await meter.cleanUp();
      }
      const lying = grownBetween(before, await meter.sizes(), connections);
      const packed = grownBetween(before, await meter.sizes({ packed: true }), connections);
      found.push({ broker, connections, packed, bytes: bytesOf(lying) });
    }
    return found;
  } finally {
    await world.close();
  }
}

/** What a day leaves behind of a connection: bytes by table, and how many events of each type were told. */
export interface DaySize {
  readonly broker: BrokerId;
  readonly connections: number;
  readonly days: number;
  readonly packed: Growth;
  readonly told: Readonly<Record<string, number>>;
  /** Connections that were not active at the end. */
  readonly lost: number;
}

export interface DaysWish {
  readonly broker: BrokerId;
  readonly connections: number;
  readonly days: number;
  /** How often the gateway looks for what is due, in ms: it looks every second in life. */
  readonly everyMs: number;
  /** Left out: SQLite. */
  readonly server?: OwnServer | undefined;
}

/** Lets one day go by, from noon to noon; then users log in whose sessions have ended. */
async function liveDay(world: StorageWorld, { broker, everyMs }: DaysWish, ids: readonly string[]) {
  for (let passed = 0; passed < 24 * hour; passed += everyMs) {
    world.moveClock(everyMs);
    await world.lookAfter();
  }
  let active = 0;
  for (const [i, id] of ids.entries()) {
    const { json } = await world.whole.ask("GET", `/v1/connections/${id}`);
    if (json.status === "active" || (await world.connectAgain(broker, id, `user-${i}`))) active++;
  }
  await world.deliver();
  await world.expireLogins();
  await world.meter.cleanUp();
  return ids.length - active;
}

/** What days leave behind of connections at one broker, with the logins and renewals that they bring. */
export async function measureDays(wish: DaysWish): Promise<DaySize> {
  const { broker, connections, days, server } = wish;
  const world = await openStorageWorld([broker], server);
  try {
    const { meter } = world;
    const ids: string[] = [];
    for (let i = 0; i < connections; i++) ids.push(await world.connect(broker, `user-${i}`));
    await world.deliver();
    await world.told();
    const before = await meter.sizes({ packed: true });
    let lost = 0;
    for (let day = 0; day < days; day++) lost = await liveDay(world, wish, ids);
    const told = Object.entries(await world.told());
    const by = connections * days;
    return {
      broker,
      connections,
      days,
      packed: grownBetween(before, await meter.sizes({ packed: true }), by),
      told: Object.fromEntries(told.map(([type, count]) => [type, Math.round((count / by) * 10) / 10])),
      lost,
    };
  } finally {
    await world.close();
  }
}
