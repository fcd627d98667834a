import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "../../src/adapters/database/open-store.js";
import { openReplica, type Replica } from "../many/support/replica.js";
import { examined } from "./support/examined.js";

let replica: Replica;
beforeAll(async () => {
  replica = await openReplica();
  await replica.startBoth();
  await (await openStore({ url: replica.url("a") })).close();
}, 60_000);
afterAll(() => replica.close());

async function database(name: "a" | "b") {
  const { level, says } = await examined({ DATABASE_URL: replica.url(name), KUNJI_DATA: "/nowhere" });
  return [level("database"), says("database")];
}

it("doctor finds a server that takes no changes, fenced or a follower, and says what to do", async () => {
  expect(await database("a")).toEqual(["ok", expect.stringContaining("answers")]);
  await replica.fence("a");
  expect(await database("a")).toEqual([
    "fault",
    expect.stringMatching(/takes no changes: default_transaction_read_only is on.*promoted/),
  ]);
  await replica.unfence("a");
  expect((await database("a"))[0]).toBe("ok");
  expect(await database("b")).toEqual([
    "fault",
    expect.stringMatching(/takes no changes: it is a standby.*primary/),
  ]);
}, 60_000);
