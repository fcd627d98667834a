import { afterAll, beforeAll, expect, it } from "vitest";
import { makeReadingPool, openPostgres } from "../src/adapters/database/open-postgres.js";
import type { Store } from "../src/ports/store.js";
import { deferred } from "./lifetime/support/deferred.js";
import { newPostgres } from "./support/postgres.js";
import { addTenant, t0 } from "./support/rows.js";

let url: string;
let drop: () => Promise<void>;
/** One that hangs, with less patience than in life, and another one. */
let hangs: Store;
let goesOn: Store;

beforeAll(async () => {
  ({ url, drop } = await newPostgres());
  hangs = await openPostgres(url, { idle_in_transaction_session_timeout: 300 });
  goesOn = await openPostgres(url);
  await addTenant(goesOn, "t");
});
afterAll(async () => {
  await hangs.close();
  await goesOn.close();
  await drop();
});

it("a gateway that hangs within a transaction loses it, and whoever waits for its rows goes on", async () => {
  const held = deferred();
  const awake = deferred();
  const hung = hangs.transaction(async (parts) => {
    await parts.connections.hold("t", ["c1"]);
    held.resolve();
    await awake.promise;
    return parts.connections.close("t", "c1", t0);
  });
  hung.catch(() => undefined);
  await held.promise;
  expect(
    await goesOn.connections.change("t", "c1", { generation: 1 }, { reason: "mine", at: t0 }),
  ).toMatchObject({
    reason: "mine",
  });
  awake.resolve();
  await expect(hung).rejects.toMatchObject({ code: "store_unreachable" });
  expect(await goesOn.connections.get("t", "c1")).toMatchObject({ status: "active", reason: "mine" });
  expect(await hangs.transaction((parts) => parts.connections.get("t", "c1"))).toMatchObject({ id: "c1" });
});

it("in life that takes ten seconds, well within what a statement may wait", async () => {
  const pool = makeReadingPool(url);
  const client = await pool.connect();
  const ask = async (name: string) => Object.values((await client.query(`show ${name}`)).rows[0]);
  expect(await ask("idle_in_transaction_session_timeout")).toEqual(["10s"]);
  expect(await ask("statement_timeout")).toEqual(["30s"]);
  client.release();
  await pool.end();
});
