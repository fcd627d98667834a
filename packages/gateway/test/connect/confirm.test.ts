import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { confirmConnection } from "../../src/flows/confirm-connection.js";
import { reconnect } from "../../src/flows/connections.js";
import { databases } from "../support/databases.js";
import { allBrokers, newWorld, type TestWorld } from "../support/world.js";
import { codeOf, newBrowser } from "./support/browser.js";
import { callsAt, eventsOf, logInFully, newConnection, refusal, rowOf, tokenOf } from "./support/logins.js";

const tenant = "t";

describe.each(databases)("a one-time code on %s", (_name, make) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await newWorld(await make());
    await world.addTenant(tenant);
    await world.addTenant("other", ["ventura"]);
  }, 60_000);
  afterAll(() => world.close());

  const at = { tenant, broker: "ventura" } as const;
  const confirm = (id: string, code: string, user = "u1", by = tenant) =>
    confirmConnection(world.ports, by, id, { code, user });

  async function waiting(user = "u1") {
    const { connection, token } = await newConnection(world, at, { user });
    return { connection, code: codeOf(await logInFully(world, newBrowser(world), at, token)) };
  }

  it.each(allBrokers)(
    "never makes a connection active where A starts and V finishes at %s",
    async (broker) => {
      const there = { tenant, broker };
      const { connection, token } = await newConnection(world, there, { user: "A" });
      const code = codeOf(await logInFully(world, newBrowser(world), there, token));
      // Until then the tenant hears nothing of whose account it is.
      const told = JSON.stringify(await world.store.events.list(tenant, 0, 100_000));
      expect(await rowOf(world, connection)).toMatchObject({ status: "pending", account: null });
      expect(await refusal(confirm(connection.id, code, "V"))).toBe("user_mismatch");
      expect(told).not.toContain(world.presets[broker].users[0].username);
      // The attacker has the code now, and says who they are: too late.
      expect(await refusal(confirm(connection.id, code, "A"))).toBe("code_refused");
      const left = { status: "new", reason: "user_mismatch", sealedSession: null };
      expect(await rowOf(world, connection)).toMatchObject(left);
      expect(await eventsOf(world, connection)).toContain("connection.login_failed user_mismatch");

      const { token: again, connection: mine } = await newConnection(world, there, { user: "V" });
      const own = codeOf(await logInFully(world, newBrowser(world), there, again));
      expect((await confirm(mine.id, own, "V")).status).toBe("active");
    },
  );

  it("is worth nothing to another tenant, for another connection, or changed, and stays good", async () => {
    const { connection, code } = await waiting();
    const second = await waiting();
    expect(await refusal(confirm(connection.id, code, "u1", "other"))).toBe("not_found");
    expect(await refusal(confirm(second.connection.id, code))).toBe("code_refused");
    expect(await refusal(confirm(connection.id, second.code))).toBe("code_refused");
    for (const wrong of ["", code.slice(1), `${code}A`, code.toUpperCase(), "\0", "A".repeat(100_000)])
      expect(await refusal(confirm(connection.id, wrong))).toBe("code_refused");
    expect((await rowOf(world, connection)).status).toBe("pending");
    expect((await confirm(connection.id, code)).status).toBe("active");
    expect((await confirm(second.connection.id, second.code)).status).toBe("active");
  });

  it("works once, also where it is redeemed fifty times at once", async () => {
    const { connection, code } = await waiting();
    const all = await Promise.all(Array.from({ length: 50 }, () => refusal(confirm(connection.id, code))));
    expect(all.filter((outcome) => outcome === "none")).toHaveLength(1);
    expect(all.filter((outcome) => outcome === "code_refused")).toHaveLength(49);
    expect(await refusal(confirm(connection.id, code))).toBe("code_refused");
    expect(await rowOf(world, connection)).toMatchObject({ status: "active", generation: 1 });
    expect((await eventsOf(world, connection)).filter((type) => type === "connection.active")).toHaveLength(
      1,
    );
  });

  it("lives ten minutes, to the millisecond", async () => {
    const { connection, code } = await waiting();
    world.advance(600_000);
    expect(await refusal(confirm(connection.id, code))).toBe("code_refused");
    world.advance(-1);
    expect((await confirm(connection.id, code)).status).toBe("active");
  });

  it("is refused where its session has ended meanwhile", async () => {
    const there = { tenant, broker: "nuvama" } as const;
    // Nuvama's sessions end at 00:30 India time: it is 00:25 now.
    const toMidnight = Date.UTC(2026, 10, 20, 18, 55) - world.now();
    world.advance(toMidnight);
    const { connection, token } = await newConnection(world, there);
    const code = codeOf(await logInFully(world, newBrowser(world), there, token));
    const inTime = await newConnection(world, there);
    const good = codeOf(await logInFully(world, newBrowser(world), there, inTime.token));
    world.advance(300_000 - 1);
    expect((await confirm(inTime.connection.id, good)).status).toBe("active");
    world.advance(1);
    expect(await refusal(confirm(connection.id, code))).toBe("login_needed");
    expect(await rowOf(world, connection)).toMatchObject({ status: "new", sealedSession: null });
    world.advance(-toMidnight - 300_000);
  });

  it("of an earlier login is superseded once a later login is confirmed, not the other way round", async () => {
    const first = await waiting();
    const { id } = first.connection;
    world.advance(1_000);
    const { link } = await reconnect(world.ports, tenant, { connection: id });
    const later = codeOf(await logInFully(world, newBrowser(world), at, tokenOf(link.url)));
    expect(await confirm(id, later)).toMatchObject({ generation: 1 });
    expect(await refusal(confirm(id, first.code))).toBe("login_superseded");
    expect(await rowOf(world, first.connection)).toMatchObject({ status: "active", generation: 1 });
    world.advance(1_000);
    const renewed = await reconnect(world.ports, tenant, { connection: id });
    const newest = codeOf(await logInFully(world, newBrowser(world), at, tokenOf(renewed.link.url)));
    expect(await confirm(id, newest)).toMatchObject({ status: "active", generation: 2 });
  });

  it("holds against a change that overtakes it", async () => {
    const { connection, code } = await waiting();
    const { store } = world;
    let overtaken = false;
    const overtaking: typeof store.transaction = async (work) => {
      if (!overtaken) {
        overtaken = true;
        await confirm(connection.id, await another(connection.id));
      }
      return store.transaction(work);
    };
    const ports = { ...world.ports, store: { ...store, transaction: overtaking } };
    const active = await confirmConnection(ports, tenant, connection.id, { code, user: "u1" });
    expect(overtaken).toBe(true);
    expect(active.generation).toBe(2);
  });

  async function another(id: string): Promise<string> {
    const { link } = await reconnect(world.ports, tenant, { connection: id });
    return codeOf(await logInFully(world, newBrowser(world), at, tokenOf(link.url)));
  }

  it("logs the refused session out at the broker", async () => {
    const { connection, code } = await waiting("A");
    const before = await callsAt(world, "ventura");
    await refusal(confirm(connection.id, code, "V"));
    const [logout, ...more] = (await world.ledger("ventura")).slice(before);
    expect(logout).toMatchObject({ path: expect.stringMatching(/logout/i), status: 200 });
    expect(more).toEqual([]);
  });

  it("is refused on a closed connection", async () => {
    const { connection, code } = await waiting();
    await world.store.connections.close(tenant, connection.id, world.now());
    expect(await refusal(confirm(connection.id, code))).toBe("connection_closed");
  });
});
