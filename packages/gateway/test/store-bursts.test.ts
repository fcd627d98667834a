import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPostgres, type Patience } from "../src/adapters/database/open-postgres.js";
import type { Store } from "../src/ports/store.js";
import { type DatabaseRelay, openRelay } from "./invariants/support/database-relay.js";
import { deferred } from "./lifetime/support/deferred.js";
import { newPostgres } from "./support/postgres.js";

const away = { name: "StoreProblem", code: "store_unreachable" };
const busy = { name: "StoreProblem", code: "store_busy", later: true };
const clients = 10;
/** As in life, but that a test need not wait. */
const patience = { standstillMs: 400, longestWaitMs: 1_600, mostWaiting: 30, promptMs: 400 };

describe("more work than a PostgreSQL's pool has clients for", () => {
  let relay: DatabaseRelay;
  let store: Store;
  let drop: () => Promise<void>;
  const open = async (wish: Partial<Patience> = {}) => {
    const { url, drop: dropIt } = await newPostgres();
    drop = dropIt;
    relay = await openRelay(url);
    store = await openPostgres(relay.url, { ...patience, ...wish });
  };
  beforeEach(() => {
    drop = async () => undefined;
  });
  afterEach(async () => {
    await store.close();
    await relay.close();
    await drop();
  });

  const outcomes = (works: readonly Promise<unknown>[]) =>
    Promise.all(
      works.map((work) =>
        work.then(
          () => "done",
          (error: { code: string }) => error.code,
        ),
      ),
    );
  /** So many transactions at once, each of which keeps a client for so many ms. */
  const works = (count: number, ms: number) =>
    Array.from({ length: count }, () =>
      store.transaction(async (parts) => {
        await parts.clock();
        await new Promise((done) => setTimeout(done, ms));
      }),
    );
  /** Keeps all clients until it is let go. */
  async function keepAll() {
    const released = deferred();
    const begun = Array.from({ length: clients }, () => deferred());
    const kept = begun.map(({ resolve }) =>
      store.transaction(async (parts) => {
        await parts.clock();
        resolve();
        await released.promise;
      }),
    );
    await Promise.all(begun.map(({ promise }) => promise));
    return async () => {
      released.resolve();
      await Promise.all(kept);
    };
  }

  it("waits in a line that moves, for longer than one may wait in one that doesn't", async () => {
    await open();
    // The last ones wait for three times 200 ms.
    const done = await outcomes(works(clients + patience.mostWaiting, 200));
    expect(new Set(done)).toEqual(new Set(["done"]));
  });

  it("is told that the database is busy where the line is full, and is done once it isn't", async () => {
    await open();
    const letGo = await keepAll();
    const waiting = works(patience.mostWaiting, 0);
    await expect(store.clock()).rejects.toMatchObject(busy);
    await letGo();
    expect(new Set(await outcomes(waiting))).toEqual(new Set(["done"]));
    expect(await store.clock()).toBeGreaterThan(0);
  });

  it("is told that the database is busy where the line moves too slowly", async () => {
    await open({ longestWaitMs: 500 });
    const done = await outcomes(works(clients + patience.mostWaiting, 200));
    expect(new Set(done)).toEqual(new Set(["done", "store_busy"]));
    expect(await store.clock()).toBeGreaterThan(0);
  });

  it("is told that the database is away where nothing moves, and finds it again when it does", async () => {
    await open();
    const letGo = await keepAll();
    const begunAt = performance.now();
    await expect(store.clock()).rejects.toMatchObject(away);
    expect(performance.now() - begunAt).toBeLessThan(patience.longestWaitMs);
    await letGo();
    expect(await store.clock()).toBeGreaterThan(0);
  });

  it("is told so too while all connections are silent, and all who ask later are answered", async () => {
    await open();
    await outcomes(works(clients, 10));
    relay.silence();
    const asked = Array.from({ length: clients + 5 }, () => store.clock());
    expect(await outcomes(asked)).toContain("store_unreachable");
    const later = Array.from({ length: patience.mostWaiting }, () => store.clock());
    expect(new Set(await outcomes(later))).toEqual(new Set(["done"]));
  });

  it("gives every place back where no connection can be made", async () => {
    await open();
    relay.cut();
    const asked = Array.from({ length: clients + patience.mostWaiting }, () => store.clock());
    expect(new Set(await outcomes(asked))).toEqual(new Set(["store_unreachable"]));
    relay.mend();
    expect(new Set(await outcomes(works(clients + patience.mostWaiting, 10)))).toEqual(new Set(["done"]));
  });
});
