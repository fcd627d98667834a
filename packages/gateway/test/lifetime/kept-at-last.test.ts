import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPostgres } from "../../src/adapters/database/open-postgres.js";
import { refreshSession } from "../../src/flows/refresh-session.js";
import type { Ports } from "../../src/ports/ports.js";
import type { Store, StoreParts } from "../../src/ports/store.js";
import { type DatabaseRelay, openRelay } from "../invariants/support/database-relay.js";
import { newPostgres } from "../support/postgres.js";
import { pausedAt } from "./support/interrupted.js";
import { type LifetimeWorld, newLifetimeWorld, refreshPath, tenant } from "./support/lifetime-world.js";

const clients = 10;
const away = { code: "store_unreachable" };
/** As in life, but that a test need not wait: a call is told after half a second that nothing moves. */
const patience = { standstillMs: 500, promptMs: 500, connectionTimeoutMillis: 500 };

describe("a renewed session that the database can't be told of at once", () => {
  let relay: DatabaseRelay;
  let store: Store;
  let world: LifetimeWorld;

  beforeAll(async () => {
    const { url, drop } = await newPostgres();
    relay = await openRelay(url);
    store = await openPostgres(relay.url, patience);
    world = await newLifetimeWorld({ place: { url }, open: async () => store, drop });
  });
  afterAll(async () => {
    await store.close().catch(() => undefined);
    await relay.close();
  });

  /** Keeps all clients of the pool for so many ms. */
  const keepAll = (ms: number) =>
    Promise.all(
      Array.from({ length: clients }, () =>
        store.transaction(async (parts) => {
          await parts.clock();
          await wait(ms);
        }),
      ),
    );

  /** Ports on which somebody else takes the pool for so long, right after a try was written down. */
  function crowdedAfterTry(ms: number): { readonly ports: Ports; readonly crowd: () => Promise<unknown> } {
    let crowd: Promise<unknown> = Promise.resolve();
    async function transaction<T>(work: (parts: StoreParts) => Promise<T>): Promise<T> {
      let noted = false;
      const done = await store.transaction((parts) => {
        const noteTry: typeof parts.connections.noteTry = async (...given) => {
          noted = await parts.connections.noteTry(...given);
          return noted;
        };
        return work({ ...parts, connections: { ...parts.connections, noteTry } });
      });
      if (noted) crowd = keepAll(ms);
      return done;
    }
    return { ports: { ...world.ports, store: { ...store, transaction } }, crowd: () => crowd };
  }

  const sent = async () => (await world.received("zebu", refreshPath)).length;

  it.each([0, 1_200])(
    "is kept where all of the pool was busy for %i ms once its try was noted",
    async (ms) => {
      const id = `crowded-${ms}`;
      await world.connect("zebu", id);
      const before = await sent();
      const { ports, crowd } = crowdedAfterTry(ms);
      expect(await refreshSession(ports, tenant, id, 1)).toMatchObject({ status: "active", generation: 2 });
      await crowd();
      expect((await sent()) - before).toBe(1);
      expect((await world.told(id)).map(({ type }) => type)).toEqual(["connection.refreshed"]);
      expect(await world.livesAtBroker(id)).toBe(true);
    },
  );

  /** Lets the database be away for so long from the moment that the broker has granted the session. */
  async function awayAtAnswer(id: string, ms: number, leaseMs: number) {
    await world.connect("zebu", id);
    const { ports, reached, goOn } = pausedAt(world, "behind");
    const renewing = refreshSession({ ...ports, renewals: { leaseMs, callMs: 250 } }, tenant, id, 1);
    renewing.catch(() => undefined);
    await reached;
    relay.cut();
    goOn();
    await wait(ms);
    relay.mend();
    return renewing;
  }

  it("is kept where the database was away for ten seconds of its lease", async () => {
    expect(await awayAtAnswer("away", 10_000, 30_000)).toMatchObject({ status: "active", generation: 2 });
    expect(await world.livesAtBroker("away")).toBe(true);
  }, 30_000);

  it("is given up, and known to be in doubt, where the database was away for longer than its lease", async () => {
    await expect(awayAtAnswer("gone", 2_500, 1_000)).rejects.toMatchObject(away);
    expect(await world.row("gone")).toMatchObject({ status: "active", generation: 1 });
    expect((await world.row("gone")).triedAt).not.toBeNull();
  }, 30_000);
});
