import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newPostgres, runOn } from "../support/postgres.js";
import { type CommitRelay, openCommitRelay, type WayFault } from "./support/commit-relay.js";

let url: string;
let drop: () => Promise<void>;
let relay: CommitRelay;

beforeAll(async () => {
  ({ url, drop } = await newPostgres());
  relay = await openCommitRelay(url);
  await runOn(url, "create table t (n integer)");
});
afterAll(async () => {
  await relay.close();
  await drop();
});
beforeEach(() => runOn(url, "delete from t"));

const rows = async () => (await runOn(url, "select n from t order by n")).map(({ n }) => n);

/** A client by the relay, which lives no longer than the work with it. */
async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: relay.url });
  client.on("error", () => undefined);
  await client.connect();
  return work(client).finally(() => client.end().catch(() => undefined));
}
const byItself = (n: number) => withClient((client) => client.query("insert into t values ($1)", [n]));
const inTransaction = (n: number) =>
  withClient(async (client) => {
    await client.query("begin");
    await client.query("insert into t values ($1)", [n]);
    await client.query("commit");
  });
const ways = [
  ["a change by itself", byItself],
  ["a transaction", inTransaction],
] as const;

describe.each(ways)("%s on a way that fails", (_, change) => {
  it.each<readonly [WayFault, readonly number[]]>([
    ["cut before", []],
    ["cut behind", [7]],
    ["half-closed behind", [7]],
  ])("is cut: %s", async (fault, left) => {
    relay.arm(fault, 1);
    await expect(change(7)).rejects.toThrow();
    expect(relay.disarm()).toBe(true);
    await expect.poll(rows).toEqual(left);
  });

  it("is late, and done though nobody waits for it any more", async () => {
    relay.arm("late", 1, 300);
    const late = change(7).then(() => "done");
    expect(await Promise.race([late, wait(100, "not yet")])).toBe("not yet");
    expect(await rows()).toEqual([]);
    expect(await late).toBe("done");
    expect(await rows()).toEqual([7]);

    relay.arm("late", 1, 300);
    await withClient(async (client) => {
      client.query("insert into t values (8)").catch(() => undefined);
      await wait(50);
      client.connection.stream.destroy();
    });
    await expect.poll(rows).toEqual([7, 8]);
  });

  it("meets the fault as the second one, and not where it is disarmed", async () => {
    relay.arm("cut before", 2);
    await change(1);
    await expect(change(2)).rejects.toThrow();
    relay.arm("cut before", 1);
    expect(relay.disarm()).toBe(false);
    await change(3);
    expect(await rows()).toEqual([1, 3]);
  });
});
