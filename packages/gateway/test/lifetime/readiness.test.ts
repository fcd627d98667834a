import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConnectLink } from "../../src/flows/connect-link.js";
import { type ReadinessWish, readiness } from "../../src/flows/readiness.js";
import { databases } from "../support/databases.js";
import { hour, type LifetimeWorld, minute, newLifetimeWorld, tenant } from "./support/lifetime-world.js";

const india = (text: string): number => Date.parse(`${text}+05:30`);
const newYork = (text: string): number => Date.parse(`${text}-05:00`);
const all: ReadinessWish = { page: { limit: 100 }, mayConnect: false };

/** The clocks start on Friday, 20 November 2026, 11:30 in India, which is 01:00 in New York. */
describe.each(databases)("readiness on %s", (_name, make) => {
  let world: LifetimeWorld;

  beforeEach(async () => {
    world = await newLifetimeWorld(await make());
  });
  afterEach(() => world.close());

  const asked = async (wish: Partial<ReadinessWish> = {}) =>
    readiness(world.ports, tenant, { ...all, ...wish });
  const lives = async (wish: Partial<ReadinessWish> = {}) =>
    (await asked(wish)).items.map(({ connection, live }) => `${connection.id} ${live}`);

  it("is asked for each market's own next open, over a weekend, and says whether the holidays are known", async () => {
    await world.connect("nuvama", "india");
    await world.connect("autoshares", "america");
    const { items, markets, next } = await asked();
    expect(markets).toEqual({
      NSE: { at: india("2026-11-23T09:15:00"), holidaysKnown: true },
      US: { at: newYork("2026-11-20T09:30:00"), holidaysKnown: true },
    });
    expect(items.map(({ connection, live, at }) => [connection.id, live, at])).toEqual([
      ["india", "no", markets.NSE.at],
    ]);
    expect(next).toBeNull();
  });

  it("is asked for a moment, at which a session is dead from its end on", async () => {
    const { endsAt } = await world.connect("nuvama", "n");
    expect(await lives({ at: (endsAt ?? 0) - 1 })).toEqual([]);
    expect(await lives({ at: endsAt ?? 0 })).toEqual(["n no"]);
    const { markets } = await asked({ at: india("2027-06-01T10:00:00") });
    expect(markets).toMatchObject({ NSE: { holidaysKnown: false }, US: { holidaysKnown: true } });
  });

  it("is no for those without a session, unknown where nobody knows the end, and asks for nobody who is closed", async () => {
    await world.add("zebu", "new");
    await world.connect("rmoney", "unknown");
    const session = await world.session("unknown");
    if (!session) throw new Error("no session");
    await world.keep("unknown", { ...session, clocks: [] });
    await world.connect("nuvama", "over");
    await world.connect("nuvama", "closed", "80163504");
    const at = world.now() + minute;
    const change = {
      status: "login_needed",
      reason: "session_over",
      sealedSession: null,
      endsAt: null,
      at,
    } as const;
    await world.store.connections.change(tenant, "over", { generation: 1 }, change);
    expect(await lives({ at })).toEqual(["new no", "over no", "unknown unknown"]);
    expect(await lives({ at: world.now() + 9 * hour })).toEqual([
      "new no",
      "over no",
      "unknown unknown",
      "closed no",
    ]);
    await world.store.connections.close(tenant, "closed", at);
    expect(await lives({ at: world.now() + 9 * hour })).toEqual(["new no", "over no", "unknown unknown"]);
  });

  it("is yes for a session that its broker renews, but not over a daily logout, nor behind a refusal", async () => {
    await world.connect("zebu", "renewed");
    await world.connect("zebu", "daily");
    await world.connect("zebu", "refused");
    await world.connect("zebu", "lapsing");
    const session = await world.session("renewed");
    if (!session) throw new Error("no session");
    const daily = { kind: "daily", time: "06:00", utcOffset: "+05:30", by: "exchanges" } as const;
    await world.keep("daily", { ...session, clocks: [...session.clocks, daily] });
    await world.keep("lapsing", { ...session, refreshEndsAt: india("2026-11-21T10:00:00") });
    const change = { reason: "refresh_refused", at: world.now() };
    await world.store.connections.change(tenant, "refused", { generation: 1 }, change);
    expect(await lives({ at: world.now() + 59 * minute })).toEqual([]);
    expect(await lives({ at: india("2026-11-21T05:59:00") })).toEqual(["refused no"]);
    expect(await lives({ at: india("2026-11-21T06:00:00") })).toEqual(["refused no", "daily no"]);
    expect(await lives()).toEqual(["refused no", "daily no", "lapsing no"]);
  });

  it("is unknown for a session that is unsure, whenever it ends", async () => {
    await world.connect("zebu", "unsure");
    await world.connect("zebu", "sure");
    await world.store.connections.change(
      tenant,
      "unsure",
      { generation: 1 },
      { status: "unsure", at: world.now() },
    );
    expect(await lives({ at: world.now() + minute })).toEqual(["unsure unknown"]);
    expect(await lives()).toEqual(["unsure unknown"]);
  });

  it("comes with a link that logs the connection in, where the API key may connect", async () => {
    await world.connect("nuvama", "n");
    expect((await asked()).items[0]?.connectUrl).toBeNull();
    const link = (await asked({ mayConnect: true })).items[0]?.connectUrl ?? "";
    expect((await readConnectLink(world.ports, link.slice(link.lastIndexOf("/") + 1))).connection.id).toBe(
      "n",
    );
  });

  it("comes page by page, everybody once, past those that are ready", async () => {
    const session = await world.connect("zebu", "z0").then(() => world.session("z0"));
    if (!session) throw new Error("no session");
    const expected: string[] = [];
    for (let i = 0; i < 12; i++) {
      await world.add("zebu", `new${i}`);
      for (const kind of ["ready", "ends", "unsure"]) {
        const id = `${kind}${i}`;
        await world.add("zebu", id);
        const clocks = [{ kind: "moment", at: world.now() + hour + (i % 4) }] as const;
        await world.keep(id, { ...session, clocks });
        const at = world.now();
        if (kind === "ends")
          await world.store.connections.change(
            tenant,
            id,
            { generation: 1 },
            { reason: "refresh_refused", at },
          );
        if (kind === "unsure")
          await world.store.connections.change(tenant, id, { generation: 1 }, { status: "unsure", at });
      }
      expected.push(`new${i}`, `ends${i}`, `unsure${i}`);
    }
    for (const at of [undefined, world.now() + hour + 1]) {
      const seen: string[] = [];
      let after: ReadinessWish["page"]["after"] | null;
      do {
        const { items, next } = await asked({ at, page: { limit: 5, after: after ?? undefined } });
        expect(items.length).toBeLessThanOrEqual(5);
        seen.push(...items.map(({ connection }) => connection.id));
        after = next;
      } while (after);
      const inTime =
        at === undefined
          ? expected
          : expected.filter((id) => !/^ends/.test(id) || Number(id.slice(4)) % 4 < 2);
      expect([...seen].sort()).toEqual([...inTime].sort());
    }
  });

  it("shows another tenant nobody", async () => {
    await world.connect("nuvama", "n");
    await world.addTenant("other", []);
    expect((await readiness(world.ports, "other", all)).items).toEqual([]);
    expect((await asked()).items).toHaveLength(1);
  });
});
