import type { BrokerId } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeConnection } from "../../src/flows/close-connection.js";
import { confirmConnection } from "../../src/flows/confirm-connection.js";
import { reconnect } from "../../src/flows/connections.js";
import { finishLogin } from "../../src/flows/login/finish-login.js";
import { openSession } from "../../src/flows/seal-session.js";
import { databases } from "../support/databases.js";
import { allBrokers, newWorld, type TestWorld } from "../support/world.js";
import { codeOf, errorOf, handleOf, newBrowser } from "./support/browser.js";
import {
  comeBack,
  connected,
  eventsOf,
  logIn,
  logInFully,
  newConnection,
  refusal,
  rowOf,
  tokenOf,
} from "./support/logins.js";

const tenant = "t";

describe.each(databases)("closing a connection on %s", (_name, make) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await newWorld(await make());
    await world.addTenant(tenant);
    await world.addTenant("other", ["ventura"]);
  }, 60_000);
  afterAll(() => world.close());

  const logouts = async (broker: BrokerId) =>
    (await world.ledger(broker))
      .filter(({ path }) => /logo(?:ut|ff)/i.test(path))
      .map(({ status }) => status);
  const close = (id: string, by = tenant) => closeConnection(world.ports, by, id, "key");

  it.each(allBrokers)("at %s erases the session, and logs it out where the broker can", async (broker) => {
    const active = await connected(world, { tenant, broker });
    const before = await logouts(broker);
    await close(active.id);
    expect(await rowOf(world, active)).toMatchObject({
      status: "closed",
      sealedSession: null,
      sessionKey: null,
      endsAt: null,
      dueAt: null,
    });
    const { logout } = world.ports.brokers.traits[broker];
    expect((await logouts(broker)).slice(before.length)).toEqual(logout ? [200] : []);
    expect((await eventsOf(world, active)).at(-1)).toBe("connection.closed");
    expect((await world.store.audit.list(tenant, 0, 1000)).at(-1)).toMatchObject({
      action: "connection.close",
      kind: "connection",
      id: active.id,
      key: "key",
    });
  });

  it("changes nothing a second time, and is not another tenant's to do", async () => {
    const active = await connected(world, { tenant, broker: "ventura" });
    expect(await refusal(close(active.id, "other"))).toBe("not_found");
    expect(await refusal(close("con_x"))).toBe("not_found");
    expect(await rowOf(world, active)).toEqual(active);
    await close(active.id);
    const closed = { row: await rowOf(world, active), calls: await logouts("ventura") };
    await close(active.id);
    expect({ row: await rowOf(world, active), calls: await logouts("ventura") }).toEqual(closed);
    expect((await eventsOf(world, active)).filter((type) => type === "connection.closed")).toHaveLength(1);
  });

  describe("where two share a broker's session", () => {
    const at = { tenant, broker: "nuvama" } as const;
    const username = "80163504";

    it("logs out with the last of them alone", async () => {
      const first = await connected(world, at, "u1", username);
      const second = await connected(world, at, "u2", username);
      expect(second.sessionKey).toBe(first.sessionKey);
      const before = (await logouts("nuvama")).length;
      await close(first.id);
      expect((await logouts("nuvama")).length).toBe(before);
      expect((await rowOf(world, second)).status).toBe("active");
      await close(second.id);
      expect((await logouts("nuvama")).slice(before)).toEqual([200]);
    });

    it("logs out also where both are closed at once", async () => {
      const both = [await connected(world, at, "u1", username), await connected(world, at, "u2", username)];
      const before = (await logouts("nuvama")).length;
      await Promise.all(both.map(({ id }) => close(id)));
      expect((await logouts("nuvama")).slice(before)).toContain(200);
    });

    it("spares the session of a user whom somebody tricked into another's login", async () => {
      const victims = await connected(world, at, "V", username);
      const before = (await logouts("nuvama")).length;
      const { connection, token } = await newConnection(world, at, { user: "A" });
      const code = codeOf(await logInFully(world, newBrowser(world), at, token, username));
      const confirm = confirmConnection(world.ports, tenant, connection.id, { code, user: "V" });
      expect(await refusal(confirm)).toBe("user_mismatch");
      expect((await logouts("nuvama")).length).toBe(before);
      const session = openSession(world.ports, victims);
      expect(session?.account).toBe(username);
      await close(victims.id);
      expect((await logouts("nuvama")).slice(before)).toEqual([200]);
    });

    it("spares the session that waits for another user's confirmation", async () => {
      const before = (await logouts("nuvama")).length;
      const waiting = async (user: string) => {
        const { connection, token } = await newConnection(world, at, { user });
        const code = codeOf(await logInFully(world, newBrowser(world), at, token, username));
        return (by: string) => confirmConnection(world.ports, tenant, connection.id, { code, user: by });
      };
      const [confirmX, confirmY] = [await waiting("X"), await waiting("Y")];
      expect(await refusal(confirmY("X"))).toBe("user_mismatch");
      expect((await logouts("nuvama")).length).toBe(before);
      const active = await confirmX("X");
      expect(active.status).toBe("active");
      await close(active.id);
      expect((await logouts("nuvama")).slice(before)).toEqual([200]);
      const alone = await waiting("Y");
      expect(await refusal(alone("X"))).toBe("user_mismatch");
      expect((await logouts("nuvama")).slice(before)).toEqual([200, 200]);
    });

    it("logs out a session that two of one connection's logins wait with once", async () => {
      const before = (await logouts("nuvama")).length;
      const { connection, token } = await newConnection(world, at, { user: "X" });
      for (let login = 0; login < 2; login++)
        codeOf(await logInFully(world, newBrowser(world), at, token, username));
      await close(connection.id);
      expect((await logouts("nuvama")).slice(before)).toEqual([200]);
    });
  });

  it("logs the sessions out that wait for a confirmation, and for the word on the account page", async () => {
    const before = { ventura: (await logouts("ventura")).length, zebu: (await logouts("zebu")).length };
    for (const broker of ["ventura", "zebu"] as const) {
      const at = { tenant, broker };
      const { connection, token } = await newConnection(world, at);
      const step = await logIn(world, newBrowser(world), at, token);
      expect(step.kind).toBe(broker === "zebu" ? "ask_account" : "go");
      await close(connection.id);
      expect((await logouts(broker)).slice(before[broker])).toEqual([200]);
    }
  });

  it("logs out the old session and the one that waits to follow it", async () => {
    const at = { tenant, broker: "ventura" } as const;
    const active = await connected(world, at);
    const { link } = await reconnect(world.ports, tenant, { connection: active.id });
    codeOf(await logInFully(world, newBrowser(world), at, tokenOf(link.url)));
    const before = (await logouts("ventura")).length;
    await close(active.id);
    expect((await logouts("ventura")).slice(before)).toHaveLength(2);
  });

  it("stops the logins that are under way", async () => {
    const at = { tenant, broker: "ventura" } as const;
    const { connection, token } = await newConnection(world, at);
    const code = codeOf(await logInFully(world, newBrowser(world), at, token));
    const late = newBrowser(world);
    const callback = await comeBack(world, late, at, token);
    await close(connection.id);
    expect(await refusal(late.begin(token))).toBe("link_invalid");
    expect(await refusal(late.finish(at, callback))).toBe("login_unknown");
    const confirm = confirmConnection(world.ports, tenant, connection.id, { code, user: "u1" });
    expect(await refusal(confirm)).toBe("connection_closed");
    expect(await rowOf(world, connection)).toMatchObject({ status: "closed", sealedSession: null });
  });

  it.each(["ventura", "zebu"] as const)("overtakes a login that %s has just let in", async (broker) => {
    const at = { tenant, broker };
    const browser = newBrowser(world);
    const { connection, token } = await newConnection(world, at);
    const callback = await comeBack(world, browser, at, token);
    const { store } = world;
    const transaction: typeof store.transaction = async (work) => {
      await store.connections.close(tenant, connection.id, world.now());
      return store.transaction(work);
    };
    const ports = { ...world.ports, store: { ...store, transaction } };
    const before = (await logouts(broker)).length;
    const from = { broker, handle: handleOf(at), callback, cookie: browser.cookieAt(at) };
    expect(errorOf(await finishLogin(ports, from))).toBe("connection_closed");
    expect(await rowOf(world, connection)).toMatchObject({ status: "closed", sealedSession: null });
    expect((await logouts(broker)).slice(before)).toEqual([200]);
  });

  it("goes through while the broker is away, and says that the logout did not", async () => {
    const active = await connected(world, { tenant, broker: "ventura" });
    await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ broker: "ventura", fault: "internal-error" }),
    });
    await close(active.id);
    expect(await rowOf(world, active)).toMatchObject({ status: "closed", sealedSession: null });
    expect(world.signalled).toContain("warn logout_failed");
  });
});
