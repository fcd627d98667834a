import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../src/adapters/database/open-store.js";
import { type DatabaseRelay, openRelay } from "../invariants/support/database-relay.js";
import { databases, type TestDatabase } from "../support/databases.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";
import { addressOf, keyRoutes } from "./support/route-table.js";

/** PostgreSQL by a way that can be cut. */
async function relayedDatabase(): Promise<{
  readonly database: TestDatabase;
  readonly relay: DatabaseRelay;
}> {
  const whole = await databases[1][1]();
  if (!("url" in whole.place)) throw new Error("This is about PostgreSQL.");
  const relay = await openRelay(whole.place.url);
  const place = { url: relay.url };
  return { relay, database: { place, open: () => openStore(place), drop: whole.drop } };
}

let world: ApiWorld;
let relay: DatabaseRelay;
let key: string;
let clock = 0;
beforeAll(async () => {
  const relayed = await relayedDatabase();
  relay = relayed.relay;
  world = await newApiWorld(relayed.database, { monotonicMs: () => clock });
  key = await withTenant(world, "acme");
});
afterAll(async () => {
  await world.close();
  await relay.close();
});

const call = (method: string, path: string) => {
  const body = ["POST", "PUT", "PATCH"].includes(method) ? {} : undefined;
  return world.call(method, addressOf(path), { key, body });
};

describe("while the database is away", () => {
  it("every guarded route answers 503, none 200, 401 or 500, and all is well again when it is back", async () => {
    expect((await call("GET", "/v1/apps")).status).toBe(200);
    expect((await call("GET", "/ready")).status).toBe(200);
    relay.cut();
    for (const [method, path] of keyRoutes) {
      clock += 2_000;
      const answer = await call(method, path);
      expect([method, path, answer.status]).toEqual([method, path, 503]);
      if (method !== "HEAD") expect(answer.body.code).toBe("unavailable");
    }
    const ready = await call("GET", "/ready");
    expect([ready.status, ready.body.code]).toEqual([503, "unavailable"]);
    expect((await call("GET", "/health")).status).toBe(200);
    const page = await world.call("GET", "/callback/zebu/handle-acme-zebu?code=x");
    expect(page.status).toBe(503);

    relay.mend();
    await expect.poll(async () => (await call("GET", "/v1/apps")).status, { timeout: 15_000 }).toBe(200);
    expect((await call("GET", "/ready")).status).toBe(200);
    for (const [method, path] of keyRoutes) expect((await call(method, path)).status).not.toBe(503);
  });
});
