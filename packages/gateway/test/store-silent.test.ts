import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPostgres } from "../src/adapters/database/open-postgres.js";
import { sealedPlaces } from "../src/domain/sealed-places.js";
import type { Change } from "../src/ports/changes.js";
import type { Store } from "../src/ports/store.js";
import { type DatabaseRelay, openRelay } from "./invariants/support/database-relay.js";
import { newPostgres, runOn } from "./support/postgres.js";
import { addTenant, newSession, t0 } from "./support/rows.js";

const away = { name: "StoreProblem", code: "store_unreachable" };
/** As in life, but that a test need not wait: one who only reads is told long before one who writes. */
const patience = { promptMs: 150, query_timeout: 1_500 };

describe("a PostgreSQL whose open connections fall silent, while new ones are fine", () => {
  let relay: DatabaseRelay;
  let store: Store;
  let databaseUrl: string;
  let drop: () => Promise<void>;

  beforeEach(async () => {
    ({ url: databaseUrl, drop } = await newPostgres());
    relay = await openRelay(databaseUrl);
    store = await openPostgres(relay.url, patience);
    await addTenant(store, "t");
    // Several at once, so that several connections lie idle.
    await Promise.all(Array.from({ length: 5 }, () => store.clock()));
    expect(relay.open()).toBeGreaterThan(2);
  });
  afterEach(async () => {
    await store.close();
    await relay.close();
    await drop();
  });

  it("costs one question, and the next one gets its answer", async () => {
    relay.silence();
    await expect(store.clock()).rejects.toMatchObject(away);
    expect(await store.tenants.get("t")).toMatchObject({ id: "t" });
    expect(await store.clock()).toBeGreaterThan(0);
    expect(await store.connections.putSession("t", "c1", 1, newSession("next"))).toMatchObject({
      generation: 2,
    });
  });

  it("costs one transaction as it begins, which has changed nothing", async () => {
    const put = () => store.transaction((parts) => parts.connections.close("t", "c1", t0));
    relay.silence();
    await expect(put()).rejects.toMatchObject(away);
    expect(await store.connections.get("t", "c1")).toMatchObject({ status: "active" });
    expect(await put()).toMatchObject({ status: "closed" });
  });

  it("fails a write that had begun too, and nothing after it", async () => {
    relay.silence();
    const write = store.connections.putSession("t", "c1", 1, newSession("next"));
    await expect(write).rejects.toMatchObject(away);
    expect(await store.clock()).toBeGreaterThan(0);
  });

  it("leaves a transaction alone that is open on a connection that answers", async () => {
    const through = store.transaction(async (parts) => {
      await parts.connections.hold("t", ["c1"]);
      // Another question that the database does not answer in time, on a connection of its own.
      await expect(lateQuestion()).rejects.toMatchObject(away);
      return parts.connections.close("t", "c1", t0);
    });
    expect(await through).toMatchObject({ status: "closed" });
  });

  it("costs no more where what is asked does not begin with its first word, but a count may take its time", async () => {
    const { connectionSession } = sealedPlaces;
    const under = () => store.sealedValues.under(connectionSession, "first", { limit: 1 });
    await expect(lateQuestion("connections", under)).rejects.toMatchObject(away);
    const counted = lateQuestion("connections", () => store.sealedValues.count());
    expect(await counted).toBeInstanceOf(Map);
    expect(await under()).toEqual([]);
  });

  /** A read that waits for a lock that nobody gives up meanwhile. */
  async function lateQuestion(
    table = "audit",
    ask: () => Promise<unknown> = () => store.audit.list("t", 0, 1),
  ): Promise<unknown> {
    const locker = runOn(
      databaseUrl,
      `begin; lock table ${table} in access exclusive mode; select pg_sleep(0.6); commit`,
    );
    await expect
      .poll(
        async () =>
          (
            await runOn(
              databaseUrl,
              `select 1 from pg_locks where mode = 'AccessExclusiveLock' and relation = '${table}'::regclass and granted`,
            )
          ).length,
      )
      .toBe(1);
    try {
      return await ask();
    } finally {
      await locker;
    }
  }
});

describe("news of changes by PostgreSQL", () => {
  it("of a listener that could not begin never come, and nothing of it stays open", async () => {
    const { url, drop } = await newPostgres();
    const relay = await openRelay(url);
    const store = await openPostgres(relay.url, patience);
    await addTenant(store, "t");
    const heard: (Change | "gap")[] = [];
    const listener = {
      onChange: (change: Change) => void heard.push(change),
      onGap: () => void heard.push("gap"),
    };
    relay.cut();
    await expect(store.listen(listener)).rejects.toMatchObject(away);
    relay.mend();
    const second = await store.listen({ onChange: () => undefined, onGap: () => undefined });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const listening = await runOn(
      url,
      "select 1 from pg_stat_activity where datname = current_database() and query like 'listen%'",
    );
    expect(listening).toHaveLength(1);
    expect(heard).toEqual([]);
    await second();
    await store.close();
    await relay.close();
    await drop();
  });

  it("go on after the connection that heard them has ended, which is told once", async () => {
    const { url, drop } = await newPostgres();
    const relay = await openRelay(url);
    const store = await openPostgres(relay.url, patience);
    await addTenant(store, "t");
    const heard: string[] = [];
    const stop = await store.listen({
      onChange: ({ id }) => void heard.push(id),
      onGap: () => void heard.push("gap"),
    });
    relay.cut();
    relay.mend();
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(["gap", "gap"]);
    await store.changes.announce({ tenant: "t", kind: "connection", id: "c1" });
    await expect.poll(() => heard).toEqual(["gap", "gap", "c1"]);
    await stop();
    await expect
      .poll(
        async () =>
          (
            await runOn(
              url,
              "select 1 from pg_stat_activity where datname = current_database() and query like 'listen%'",
            )
          ).length,
      )
      .toBe(0);
    await store.close();
    await relay.close();
    await drop();
  });
});
