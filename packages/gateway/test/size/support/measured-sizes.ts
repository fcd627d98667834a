import type { BrokerId } from "kunji";
import type { OwnServer } from "../../support/postgres.js";
import type { Sizes, TableSize } from "./storage-meter.js";
import { openStorageWorld } from "./storage-world.js";

/** What one more connection takes on disk, in bytes, by table; tables that did not grow are left out. */
export type Growth = Readonly<Record<string, TableSize>>;

/** What is kept for a time alone: `KUNJI_EVENT_DAYS` for events and deliveries, `KUNJI_AUDIT_DAYS` for the audit. */
export const history: readonly string[] = ["events", "deliveries", "audit"];

/** What has grown, for each of so many. */
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
  /** As it lies, of the second half of them: cleaned up ten times on the way, so that room is used again. */
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
      const often = Math.ceil(connections / 10);
      const connectUsers = async (from: number, to: number): Promise<void> => {
        for (let i = from; i < to; i++) {
          await world.connect(broker, `user-${i}`);
          if (i % often === 0) await meter.cleanUp();
        }
      };
      const half = Math.floor(connections / 2);
      const before = await meter.sizes({ packed: true });
      await connectUsers(0, half);
      const halfWay = await meter.sizes();
      await connectUsers(half, connections);
      const lying = grownBetween(halfWay, await meter.sizes(), connections - half);
      const packed = grownBetween(before, await meter.sizes({ packed: true }), connections);
      found.push({ broker, connections, packed, bytes: bytesOf(lying) });
    }
    return found;
  } finally {
    await world.close();
  }
}
