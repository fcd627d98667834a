import { type AnyClient, KunjiError, type Session } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepRenewed } from "../../src/flows/keep-renewed.js";
import type { Connection } from "../../src/ports/connections.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { hearChanges } from "../support/hear-changes.js";
import { type LifetimeWorld, newLifetimeWorld, tenant } from "./support/lifetime-world.js";

const [[, onFile]] = databases;

describe("a renewed session", () => {
  let world: LifetimeWorld;
  beforeAll(async () => {
    world = await newLifetimeWorld(await onFile());
  });
  afterAll(() => world.close());

  /** A connection, its session, and a client that notes whom it was asked to log out. */
  async function renewed(id: string) {
    const connection = await world.connect("zebu", id);
    const session = (await world.session(id)) as Session;
    const loggedOut: (string | undefined)[] = [];
    const logout = async ({ account }: Session) => void loggedOut.push(account);
    const client = { ...(await world.client("zebu")), logout };
    return { connection, session, client, loggedOut };
  }

  it("is kept under its account, also where it doesn't name it, and the other gateways hear of it", async () => {
    const { connection, session, client } = await renewed("kept");
    const { heard, stop } = await hearChanges(world.store);
    const named = await keepRenewed(world.ports, connection, client, session);
    expect(named).toMatchObject({ generation: 2, account: "ZP0001" });
    const unnamed = await keepRenewed(world.ports, named, client, { ...session, account: undefined });
    expect(unnamed).toMatchObject({ generation: 3, account: "ZP0001" });
    expect(heard).toEqual([`${tenant} connection kept`, `${tenant} connection kept`]);
    await stop();
  });

  it("is told of with its end, and with none where nobody knows it", async () => {
    const { connection, session, client } = await renewed("told");
    const known = await keepRenewed(world.ports, connection, client, session);
    await keepRenewed(world.ports, known, client, { ...session, clocks: [] });
    const ends = (await world.told("told")).map(({ data }) => data.ends_at);
    expect(ends).toEqual([new Date(known.endsAt ?? 0).toISOString(), null]);
  });

  it("is left to who closes its connection once it was kept", async () => {
    const { connection, session, client, loggedOut } = await renewed("later");
    const transaction: typeof world.store.transaction = async (work) => {
      const done = await world.store.transaction(work);
      await world.store.connections.close(tenant, "later", world.now());
      return done;
    };
    const ports: Ports = { ...world.ports, store: { ...world.store, transaction } };
    const kept = await keepRenewed(ports, connection, client, session);
    expect(kept).toMatchObject({ generation: 2, status: "active" });
    expect(await world.row("later")).toMatchObject({ generation: 3, status: "closed" });
    expect(loggedOut).toEqual([]);
  });

  it("of a connection with another session by then is dropped, and isn't logged out", async () => {
    const { connection, session, client, loggedOut } = await renewed("overtaken");
    await world.keep("overtaken", session);
    const current = await keepRenewed(world.ports, connection, client, session);
    expect(current).toMatchObject({ generation: 2, status: "active" });
    expect(loggedOut).toEqual([]);
    expect(await keepRenewed(world.ports, current, client, session)).toMatchObject({ generation: 3 });
  });

  describe("whose connection was closed meanwhile", () => {
    /** Keeps a renewed session of a connection that is closed; what was warned of. */
    async function closedMeanwhile(id: string, logout: AnyClient["logout"]) {
      const { connection, session, client } = await renewed(id);
      const warned: unknown[] = [];
      const warn = (what: string, facts?: object) => void warned.push([what, facts]);
      const ports = { ...world.ports, signals: { ...world.ports.signals, warn } };
      await world.store.connections.close(tenant, id, world.now());
      const kept: Connection = await keepRenewed(
        ports,
        connection,
        { ...client, logout } as AnyClient,
        session,
      );
      expect(kept.status).toBe("closed");
      return warned;
    }

    it("is logged out, and where that fails the warning says why", async () => {
      const asked: string[] = [];
      const taken = await closedMeanwhile("a", async ({ account }) => void asked.push(account ?? ""));
      expect([asked, taken]).toEqual([["ZP0001"], []]);
      const refused = await closedMeanwhile("b", () =>
        Promise.reject(new KunjiError("logout_refused", { broker: "zebu" })),
      );
      const facts = { broker: "zebu", connection: "b", code: "logout_refused" };
      expect(refused).toEqual([["logout_failed", facts]]);
    });

    it("is let go where its broker has no logout", async () => {
      expect(await closedMeanwhile("c", undefined)).toEqual([]);
    });
  });
});
