import { copyFile, mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportRowsTo } from "../../src/commands/export.js";
import { importRowsFrom } from "../../src/commands/import.js";
import { verifyAudit } from "../../src/flows/verify-audit.js";
import { codeOf, confirm, connect, finish, received, usernameOf } from "../invariants/support/journey.js";
import { openWhole, type WholeGateway } from "../invariants/support/whole-gateway.js";
import { newPostgres, runOn } from "../support/postgres.js";
import { allBrokers, returnUrl } from "../support/world.js";
import { doEverything, type Left } from "./support/everything.js";
import { environmentOf, gatewayAt } from "./support/gateway-at.js";
import { carried, type Dump, dumpOf } from "./support/row-dump.js";
import { runCommand } from "./support/run-command.js";

const isLeased = (dump: Dump): boolean =>
  dump.get("connections")?.some((row) => row.includes("a gateway that has ended")) ?? false;

/** What a gateway at a new place does as the old one would have. */
async function goesOn(at: WholeGateway, { connections, otherKey, idempotencyKey }: Left, turn: string) {
  for (const broker of allBrokers) {
    const id = connections[broker] ?? "";
    const shown = await at.ask("GET", `/v1/connections/${id}`);
    expect([broker, shown.json.status]).toEqual([broker, "active"]);
    expect([broker, (await at.ask("GET", `/v1/connections/${id}/session`)).status]).toEqual([broker, 200]);
    const before = await received(at, broker);
    const { method, path, body, account } = at.gateway.ports.brokers.traits[broker].firstCall;
    const own = (text: string) => (account ? text.replaceAll(account, usernameOf(at, broker)) : text);
    const call = await at.ask(method, `/v1/connections/${id}/proxy${own(path)}`, {
      ...(body && { body: JSON.parse(own(body)) }),
    });
    expect([broker, await received(at, broker)]).toEqual([broker, before + 1]);
    expect([broker, call.status, call.text]).toEqual([broker, 200, call.text]);
  }
  const again = { app: "zebu", user: "asha", return_url: returnUrl };
  const headers = { "idempotency-key": idempotencyKey };
  const count = async () => (await at.ask("GET", "/v1/connections?limit=200")).json.items.length;
  const had = await count();
  expect((await at.ask("POST", "/v1/connections", { body: again, headers })).status).toBe(201);
  expect(await count()).toBe(had);
  expect((await at.ask("GET", "/v1/apps", { key: otherKey })).json.items).toEqual([]);
  const { store } = at.gateway.ports;
  for (const tenant of ["operator", "desk-1"])
    expect(await verifyAudit(store, tenant, [])).toMatchObject({ intact: true });
  // Counters go on where they were: no number comes twice, and none is left out.
  const events = async () => (await store.events.list("operator", 0, 1_000)).map(({ sequence }) => sequence);
  const earlier = await events();
  await connect(at, "zebu", { user: `new at ${turn}` });
  const now = await events();
  expect(now.length).toBeGreaterThan(earlier.length);
  expect(now).toEqual(now.map((_, i) => i + 1));
  expect(await verifyAudit(store, "operator", [])).toMatchObject({ intact: true });
}

describe("a gateway that moves from SQLite to PostgreSQL and back", () => {
  let whole: WholeGateway;
  let left: Left;
  let url: string;
  let folder: string;
  let drop: () => Promise<void>;
  const fileAt = (data: string) => ({ file: join(data, "gateway", "gateway.sqlite") });
  const at = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kunji-moving-"));
    ({ url, drop } = await newPostgres());
    whole = await openWhole();
    left = await doEverything(whole);
    await whole.gateway.close();
  }, 60_000);
  afterAll(async () => {
    await whole.close();
    await drop();
    await rm(folder, { recursive: true, force: true });
  });

  it("has rows in every table before it goes, a lease that nobody holds any more among them", async () => {
    const dump = await dumpOf(fileAt(whole.data));
    for (const [table, rows] of Object.entries(carried(dump)))
      expect([table, rows.length > 0]).toEqual([table, true]);
    expect(isLeased(dump)).toBe(true);
  });

  it("takes every row along, and leaves leases, orders' times, operators' sessions and refused sign-ins behind", async () => {
    const here = environmentOf(whole, { KUNJI_DATA: whole.data });
    const there = { ...here, DATABASE_URL: url };
    await runCommand(exportRowsTo, here, at("first"));
    const told = await runCommand(importRowsFrom, there, at("first"));
    expect(told.join("\n")).toMatch(/connections +\d+\n[\s\S]*Start the gateway here/);
    const [before, after] = [await dumpOf(fileAt(whole.data)), await dumpOf({ url })];
    expect(carried(after)).toEqual(carried(before));
    for (const table of ["order_times", "operator_sessions", "sign_in_tries"]) {
      expect([table, before.get(table)?.length]).toEqual([table, 1]);
      expect([table, after.get(table)]).toEqual([table, []]);
    }
    expect(isLeased(after)).toBe(false);
    // What is exported there is the same file, byte for byte.
    await runCommand(exportRowsTo, there, at("second"));
    expect(await readFile(at("second"), "utf8")).toBe(await readFile(at("first"), "utf8"));
    expect(((await stat(at("second"))).mode & 0o777).toString(8)).toBe("600");
  }, 60_000);

  it("goes on at the new place: sessions, logins, links, kept answers, counters and the audit", async () => {
    const there = await gatewayAt(whole, { KUNJI_DATA: whole.data, DATABASE_URL: url });
    try {
      await goesOn(there, left, "PostgreSQL");
      const { begun, waiting, oldLink } = left;
      const browser = there.person();
      for (const [name, value] of begun.person.jar) browser.jar.set(name, value);
      const code = codeOf(await finish(browser, begun.callback));
      expect((await confirm(there, begun.link, code)).json.status).toBe("active");
      expect((await confirm(there, waiting.link, waiting.code)).json.status).toBe("active");
      expect((await there.person().open(oldLink.connect_url)).status).toBe(200);
    } finally {
      await there.close();
    }
  }, 60_000);

  it("comes back to a SQLite in another folder, with what it did meanwhile", async () => {
    const data = at("back");
    await mkdir(join(data, "gateway"), { recursive: true });
    for (const name of ["keys", "api-key"])
      await copyFile(join(whole.data, "gateway", name), join(data, "gateway", name));
    await runCommand(
      exportRowsTo,
      environmentOf(whole, { KUNJI_DATA: whole.data, DATABASE_URL: url }),
      at("third"),
    );
    await runCommand(importRowsFrom, environmentOf(whole, { KUNJI_DATA: data }), at("third"));
    const dump = carried(await dumpOf(fileAt(data)));
    expect(dump).toEqual(carried(await dumpOf({ url })));
    expect(dump.connections?.some((row) => row.includes("new at PostgreSQL"))).toBe(true);
    const back = await gatewayAt(whole, { KUNJI_DATA: data });
    try {
      await goesOn(back, left, "SQLite");
    } finally {
      await back.close();
    }
    expect(await runOn(url, "select 1 from connections where \"user\" = 'new at SQLite'")).toEqual([]);
  }, 60_000);
});
