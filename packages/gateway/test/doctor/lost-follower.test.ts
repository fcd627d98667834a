import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "../../src/adapters/database/open-store.js";
import { checkServer } from "../../src/doctor/check-database.js";
import { followedBy, openReplica, type Replica, type ServerName } from "../many/support/replica.js";
import { runOn } from "../support/postgres.js";
import { examined } from "./support/examined.js";

let replica: Replica;
beforeAll(async () => {
  replica = await openReplica();
  await replica.start("a");
  await replica.start("b");
  await runOn(replica.url("a").replace(/gateway$/, "postgres"), "create database gateway");
  await runOn(replica.url("a"), "create role plain login; alter database gateway owner to plain");
  await (await openStore({ url: urlFor("plain") })).close();
  // What a server is started with, no `alter system` changes.
  await replica.demand("a", followedBy("b"));
}, 60_000);
afterAll(() => replica.close());

function urlFor(role: string, name: ServerName = "a"): string {
  const url = new URL(replica.url(name));
  url.username = role;
  return url.href;
}
async function database(role: "kunji" | "plain", name: ServerName = "a") {
  const { level, says } = await examined({ DATABASE_URL: urlFor(role, name), KUNJI_DATA: "/nowhere" });
  return [level("database"), says("database")];
}
const followers = async () => (await runOn(replica.url("a"), "select pid from pg_stat_replication")).length;
const lost = expect.stringMatching(
  /Changes wait for a follower that isn't there: synchronous_standby_names = b\..*set synchronous_standby_names = ''/,
);

it("doctor finds changes that wait for a follower which isn't there, and says what to do", async () => {
  expect((await database("kunji"))[0]).toBe("ok");
  const unseen = expect.stringMatching(
    /synchronous_standby_names = b\), this role may not see.*pg_read_all_stats/,
  );
  expect(await database("plain")).toEqual(["warn", unseen]);
  await replica.demand("a", { synchronous_standby_names: "" });
  expect(await database("plain")).toEqual(["ok", expect.anything()]);
  await replica.demand("a", { synchronous_standby_names: "b" });

  await replica.crash("b");
  await expect.poll(followers).toBe(0);
  expect(await database("kunji")).toEqual(["fault", lost]);
  expect(await database("plain")).toEqual(["fault", lost]);
  await replica.demand("a", { synchronous_standby_names: "" });
  expect((await database("kunji"))[0]).toBe("ok");
}, 60_000);

it("doctor finds a promoted follower that waits for itself, by the settings that it was copied with", async () => {
  await replica.demand("a", { synchronous_standby_names: "b" });
  await replica.copy("b", "a");
  await replica.start("b");
  await expect.poll(followers).toBe(1);
  // What was said to the primary by `alter system` is in every copy but these.
  await replica.demand("b", { synchronous_standby_names: "b" });
  await replica.promote("b");
  expect(await database("plain", "b")).toEqual(["fault", lost]);
  await replica.demand("b", { synchronous_standby_names: "" });
  expect((await database("plain", "b"))[0]).toBe("ok");
}, 60_000);

it.each([
  ["b", 0, 0, ["ok", "fault"]],
  ["b", 1, 0, ["ok"]],
  ["", 0, 0, ["ok"]],
  ["FIRST 2 (b, c)", 1, 0, ["ok", "fault"]],
  ["FIRST 2 (b, c)", 2, 0, ["ok"]],
  ["any 2(b, c, d)", 1, 0, ["ok", "fault"]],
  ["ANY 2 (b, c, d)", 3, 0, ["ok"]],
  ["2 (b, c)", 0, 1, ["ok", "fault"]],
  ["2 (b, c)", 0, 2, ["ok", "warn"]],
])("where changes wait for %j, with %i synchronous and %i unseen", (names, synchronous, unseen, levels) => {
  const server = { version: "17", versionNumber: 170_000, standby: false, fenced: false, unsafe: [] };
  const following = { names, synchronous, unseen };
  const found = checkServer({ ...server, connectionsLeft: 40, following });
  expect(found.map(({ level }) => level)).toEqual(levels);
});
