import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLog } from "../../src/adapters/signals/pino-log.js";
import { openGateway } from "../../src/gateway.js";
import { readSettings } from "../../src/settings.js";
import {
  askLink,
  begin,
  codeOf,
  comeBack,
  confirm,
  connect,
  eventsOf,
  finish,
  received,
} from "../invariants/support/journey.js";
import type { WholeGateway } from "../invariants/support/whole-gateway.js";
import { databases } from "../support/databases.js";
import { type ManyGateways, openMany } from "./support/gateways.js";
import type { GatewayProcess } from "./support/process.js";
import { type ShiftedClock, shiftClock } from "./support/shifted-clock.js";

const minute = 60_000;
const hour = 60 * minute;
const refreshing = /RefreshToken$/;

describe("four gateways of which the clocks of two machines are an hour off", () => {
  let many: ManyGateways;
  let clock: ShiftedClock;
  let right: GatewayProcess;
  let ahead: GatewayProcess;
  let behind: GatewayProcess;
  let all: readonly GatewayProcess[];
  /** Where requests go. */
  let to: GatewayProcess;
  let whole: WholeGateway;

  beforeAll(async () => {
    many = await openMany();
    const shift = many.now() - Date.now();
    clock = await shiftClock(many.databaseUrl, shift);
    const start = async (off: number, count = 1) =>
      many.start(count, { clock: "own", wallOffsetMs: shift + off });
    const [first, second] = await start(0, 2);
    const [[third], [fourth]] = await Promise.all([start(hour), start(-hour)]);
    all = [first, second, third, fourth] as GatewayProcess[];
    [right, , ahead, behind] = all as [GatewayProcess, GatewayProcess, GatewayProcess, GatewayProcess];
    to = right;
    whole = many.by(() => to);
    await whole.addApp("zebu");
    await whole.addApp("rmoney");
  }, 60_000);
  afterAll(() => many.close());

  const at = <T>(gateway: GatewayProcess, act: () => T): T => {
    to = gateway;
    return act();
  };
  async function callAt(gateway: GatewayProcess, broker: "zebu" | "rmoney", id: string): Promise<number> {
    const { method, path, body } = whole.gateway.ports.brokers.traits[broker].firstCall;
    return (await at(gateway, () => whole.ask(method, `/v1/connections/${id}/proxy${path}`, { body })))
      .status;
  }
  const row = async (id: string) => (await whole.ask("GET", `/v1/connections/${id}`)).json;

  /** The time goes on everywhere: at the database, the brokers and the machines. */
  async function pass(wanted: number): Promise<void> {
    const ms = Math.round(wanted);
    await clock.move(ms);
    await many.moveClock(ms);
    await Promise.all(all.map((gateway) => gateway.tell({ do: "move wall", ms })));
    // Each reads the database's clock again.
    await wait(1_500);
  }

  it("are told of by those two, and by no other", () => {
    const told = (gateway: GatewayProcess) =>
      gateway.lines.filter((line) => line.includes('"clock_off"')).map((line) => JSON.parse(line));
    expect(told(right)).toEqual([]);
    expect(told(ahead)).toEqual([expect.objectContaining({ ahead_ms: expect.closeTo(hour, -3) })]);
    expect(told(behind)).toEqual([expect.objectContaining({ ahead_ms: expect.closeTo(-hour, -3) })]);
  });

  it("show it in their metrics", async () => {
    for (const [gateway, seconds] of [
      [right, 0],
      [ahead, 3_600],
      [behind, -3_600],
    ] as const) {
      const { text } = await at(gateway, () => whole.ask("GET", "/metrics"));
      const shown = /^kunji_clock_ahead_seconds (\S+)$/m.exec(text)?.[1];
      expect(Math.abs(Number(shown) - seconds)).toBeLessThan(1);
    }
  });

  it("log users in with links and codes of each other", async () => {
    for (const [first, second] of [
      [behind, ahead],
      [ahead, behind],
      [behind, right],
    ] as const) {
      const link = await at(first, () => askLink(whole, "zebu"));
      const person = whole.person();
      const login = await at(second, () => begin(person, link));
      const callback = await comeBack(whole, "zebu", login);
      const code = codeOf(await at(first, () => finish(person, callback)));
      const confirmed = await at(second, () => confirm(whole, link, code));
      expect(confirmed.json).toMatchObject({ status: "active" });
    }
  });

  it("let a link die after its hour, whoever made it and whoever is asked", async () => {
    const links = [
      await at(behind, () => askLink(whole, "zebu")),
      await at(ahead, () => askLink(whole, "zebu")),
    ];
    const opened = async () => {
      const statuses: number[] = [];
      for (const gateway of all)
        for (const link of links)
          statuses.push((await at(gateway, () => whole.person().open(link.connect_url))).status);
      return [...new Set(statuses)];
    };
    await pass(58 * minute);
    expect(await opened()).toEqual([200]);
    await pass(3 * minute);
    expect(await opened()).toEqual([400]);
  }, 30_000);

  it("renew nothing early", async () => {
    const id = await at(right, () => connect(whole, "zebu", { user: "asha" }));
    const before = await received(whole, "zebu", refreshing);
    const { ends_at } = await row(id);
    const left = Date.parse(ends_at) - many.now();
    // The first renewals are due at three quarters of a session's life.
    expect(left * 0.7).toBeGreaterThan(minute);
    await pass(left * 0.7);
    expect((await row(id)).generation).toBe(1);
    expect(await received(whole, "zebu", refreshing)).toBe(before);
    for (const gateway of all) expect(await callAt(gateway, "zebu", id)).toBe(200);
    expect((await row(id)).generation).toBe(1);
    await pass(left * 0.22);
    await expect.poll(async () => (await row(id)).generation, { timeout: 10_000 }).toBe(2);
  }, 30_000);

  it("end nothing early, and use nothing that has ended", async () => {
    const id = await at(right, () => connect(whole, "rmoney"));
    const { ends_at } = await row(id);
    // The user is told half an hour before.
    await pass(Date.parse(ends_at) - many.now() - 40 * minute);
    for (const gateway of all) expect(await callAt(gateway, "rmoney", id)).toBe(200);
    const told = (await eventsOf(whole, id)).filter(
      ({ type, data }) => type === "connection.login_needed" || data.why === "soon",
    );
    expect(told).toEqual([]);
    await pass(40 * minute + 5_000);
    const sent = await received(whole, "rmoney");
    for (const gateway of all) expect(await callAt(gateway, "rmoney", id)).toBe(409);
    expect(await received(whole, "rmoney")).toBe(sent);
    expect(await row(id)).toMatchObject({ status: "login_needed", reason: "session_over" });
  }, 30_000);
});

describe.each(databases)("a gateway's clock on %s", (name, make) => {
  it("is the database's where that may be another machine's, else its own", async () => {
    const database = await make();
    const data = await mkdtemp(join(tmpdir(), "kunji-clock-"));
    const address = "url" in database.place ? { DATABASE_URL: database.place.url } : {};
    const gateway = await openGateway({
      settings: readSettings({ KUNJI_PORT: "0", KUNJI_DATA: data, ...address }),
      version: "0.0.0",
      wall: () => Date.now() + 3 * hour,
      log: createLog({ level: "silent" }),
    });
    const before = await gateway.ports.store.clock();
    const now = gateway.ports.now();
    const after = await gateway.ports.store.clock();
    await gateway.close();
    await database.drop();
    await rm(data, { recursive: true, force: true });
    const moved = name === "SQLite" ? 3 * hour : 0;
    expect(now).toBeGreaterThanOrEqual(before + moved - 5);
    expect(now).toBeLessThanOrEqual(after + moved + 5);
  });
});
