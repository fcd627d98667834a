import type { BrokerId } from "kunji";
import type { OwnServer } from "../../support/postgres.js";
import { type Growth, grownBetween } from "./measured-sizes.js";
import { openStorageWorld, type StorageWorld } from "./storage-world.js";

const hour = 3_600_000;

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
