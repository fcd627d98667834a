import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrations } from "../../src/adapters/database/migrations/index.js";
import { returnUrl } from "../support/world.js";
import { newPatient, type Patient, places } from "./support/examined.js";

const checks = [
  "settings",
  "database",
  "room",
  "keys",
  "clock",
  "public URL",
  "callbacks",
  "brokers",
  "address",
  "webhooks",
  "due work",
];

describe.each(places)("doctor beside a gateway that runs on %s", (name, place) => {
  let patient: Patient;
  beforeAll(async () => {
    patient = await newPatient(place);
    await patient.whole.addApp("zebu");
    await patient.whole.addApp("autoshares");
  });
  afterAll(() => patient.close());

  it("finds nothing, in every check", async () => {
    const { findings, says } = await patient.examine();
    expect(findings.filter(({ level }) => level !== "ok")).toEqual([]);
    expect([...new Set(findings.map(({ check }) => check))]).toEqual(checks);
    expect(says("database")).toMatch(name === "SQLite" ? /SQLite/ : /PostgreSQL \d+/);
    expect(says("keys")).toMatch(/The key k[0-9a-f]{8} seals/);
  });

  it("changes nothing, and sends nothing to a broker but a question whether it is there", async () => {
    const before = (await patient.whole.ask("GET", "/v1/vault")).json;
    const audit = (await patient.whole.ask("GET", "/v1/audit")).json;
    const ledger = await patient.whole.sandbox("GET", "/_sandbox/ledger?broker=zebu");
    await patient.examine();
    expect((await patient.whole.ask("GET", "/v1/vault")).json).toEqual(before);
    expect((await patient.whole.ask("GET", "/v1/audit")).json).toEqual(audit);
    expect(await patient.whole.sandbox("GET", "/_sandbox/ledger?broker=zebu")).toEqual(ledger);
  });

  it("names the callback that an app's broker must have", async () => {
    const { callback_url } = (await patient.whole.ask("GET", "/v1/apps/zebu")).json;
    const { pathname } = new URL(callback_url);
    const { says } = await patient.examine({ KUNJI_PUBLIC_URL: "https://kunji.example" });
    expect(says("callbacks")).toContain(
      `operator/zebu: Zebu MYNT must have https://kunji.example${pathname}`,
    );
    expect(says("callbacks")).not.toContain("autoshares");
  });

  it("finds tables of an earlier and of a later version", async () => {
    const last = Object.keys(migrations).at(-1);
    const away = "insert into kysely_migration (name, timestamp) values";
    const older = await patient.spoiledAndMended(
      "database",
      () => patient.run(`delete from kysely_migration where name = '${last}'`),
      () => patient.run(`${away} ('${last}', '2026-11-20')`),
    );
    expect(older).toMatchObject({
      spoiled: "fault",
      says: expect.stringContaining("1 migration is missing"),
    });
    const newer = await patient.spoiledAndMended(
      "database",
      () => patient.run(`${away} ('9999-later', '2026-11-20')`),
      () => patient.run("delete from kysely_migration where name = '9999-later'"),
    );
    expect(newer).toMatchObject({ spoiled: "fault", says: expect.stringContaining("later version") });
  });

  it("finds a key that nears its limit", async () => {
    const set = (seals: number) => () => patient.run(`update vault_keys set seals = ${Math.round(seals)}`);
    const near = await patient.spoiledAndMended("keys", set(0.81 * 2 ** 31), set(0.79 * 2 ** 31));
    expect(near).toMatchObject({ spoiled: "warn", says: expect.stringMatching(/81 %.*rotate-key/) });
    const spent = await patient.spoiledAndMended("keys", set(2 ** 31), set(256));
    expect(spent).toMatchObject({ spoiled: "fault", says: expect.stringMatching(/100 %.*rotate-key/) });
  });

  it("finds a clock that is more than 2 s off, either way", async () => {
    const off = async (ms: number) => {
      const { level, says } = await patient.examine({}, { now: () => Date.now() + ms });
      return [level("clock"), says("clock")];
    };
    expect(await off(4_000)).toEqual(["fault", expect.stringContaining("ahead of the database's")]);
    expect(await off(-4_000)).toEqual(["fault", expect.stringContaining("behind the database's")]);
    expect((await off(1_500))[0]).toBe("ok");
    expect((await off(-1_500))[0]).toBe("ok");
  });

  it("finds webhooks that fail, and such as are paused", async () => {
    const url = "https://hooks.example/marked-secret-path";
    const made = await patient.whole.ask("POST", "/v1/webhooks", { body: { url } });
    expect(made.status).toBe(201);
    const { id } = made.json;
    const ago = Date.now() - 3 * 3_600_000;
    const set = (what: string) => () => patient.run(`update webhooks set ${what} where id = '${id}'`);
    const mend = set("failing_since = null, paused_at = null");
    const failing = await patient.spoiledAndMended("webhooks", set(`failing_since = ${ago}`), mend);
    expect(failing.spoiled).toBe("warn");
    expect(failing.says).toContain(`operator/${id} has taken nothing for 3 hours`);
    const paused = await patient.spoiledAndMended("webhooks", set(`paused_at = ${ago}`), mend);
    expect(paused.spoiled).toBe("fault");
    expect(paused.says).toContain(`POST /v1/webhooks/${id}/resume`);
    expect(failing.says + paused.says).not.toContain("marked-secret-path");
  });

  it("counts how long a webhook has been paused by the demo's clock where that is the gateways'", async () => {
    const { id } = (
      await patient.whole.ask("POST", "/v1/webhooks", { body: { url: "https://hooks.example/" } })
    ).json;
    const ahead = 26 * 3_600_000;
    const set = (what: string) => patient.run(`update webhooks set paused_at = ${what} where id = '${id}'`);
    await set(String(Date.now() + ahead - 3 * 3_600_000));
    const clock = { now: Date.now() + ahead, mode: "moved" };
    const fetchClock = async (url: string, init: RequestInit) =>
      url.endsWith("/_sandbox/clock") ? Response.json(clock) : fetch(url, init);
    const { says } = await patient.examine({ KUNJI_DEMO: "on" }, { fetch: fetchClock });
    expect(says("webhooks")).toMatch(/has been paused for (?:3 hours|179 minutes)/);
    expect((await patient.examine()).says("webhooks")).toContain("has been paused for 0 s");
    await set("null");
  });

  it("finds work that is due and that nobody does", async () => {
    const body = { app: "zebu", user: "asha", return_url: returnUrl };
    await patient.whole.ask("POST", "/v1/connections", { body });
    // The webhook's delivery has been due since the gateway's clock, and nobody has sent it.
    expect((await patient.examine()).says("due work")).toContain("A webhook's delivery has been due for");
    await patient.run("delete from deliveries");
    const due = (ms: number) => () => patient.run(`update connections set due_at = ${Date.now() - ms}`);
    const notDue = () => patient.run("update connections set due_at = null");
    const late = await patient.spoiledAndMended("due work", due(60_000), due(10_000));
    expect(late.spoiled).toBe("warn");
    const tooLate = await patient.spoiledAndMended("due work", due(600_000), notDue);
    expect(tooLate).toMatchObject({ spoiled: "fault", says: expect.stringContaining("due for 10 minutes") });
  });
});
