import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closeConnection } from "../../src/flows/close-connection.js";
import { confirmConnection } from "../../src/flows/confirm-connection.js";
import { reconnect } from "../../src/flows/connections.js";
import { keepNewer } from "../../src/flows/keep-newer.js";
import { giveCode } from "../../src/flows/login/settle-login.js";
import { needLoginOfAll } from "../../src/flows/need-login.js";
import { endVendorSession } from "../../src/flows/vendor-session-end.js";
import type { NamedSession } from "../../src/flows/waiting-session.js";
import type { Ports } from "../../src/ports/ports.js";
import { codeOf, newBrowser } from "../connect/support/browser.js";
import { connected, logInFully, newConnection, tokenOf } from "../connect/support/logins.js";
import { databases } from "../support/databases.js";
import { sideBySide } from "../support/side-by-side.js";
import { returnUrl } from "../support/world.js";
import { hour, type LifetimeWorld, newLifetimeWorld, tenant } from "./support/lifetime-world.js";

const [, [name, make]] = databases;
const at = { tenant, broker: "nuvama" } as const;

describe(`two transactions side by side on ${name} wait for each other in one order`, () => {
  let world: LifetimeWorld;
  beforeEach(async () => {
    world = await newLifetimeWorld(await make());
  });
  afterEach(() => world.close());

  /** Runs both, and answers how often a transaction was begun: more than twice after a deadlock. */
  async function both(...works: readonly ((ports: Ports) => Promise<unknown>)[]): Promise<number> {
    const { store, begun } = sideBySide(world.store, works.length);
    const outcomes = await Promise.allSettled(works.map((work) => work({ ...world.ports, store })));
    expect(outcomes.map(({ status }) => status)).toEqual(works.map(() => "fulfilled"));
    return begun();
  }

  const app = async () => {
    const found = await world.store.apps.get(tenant, "nuvama");
    if (!found) throw new Error("no app");
    return found;
  };

  it("where a vendor is logged out while one of its connections is closed", async () => {
    await world.connect("nuvama", "a");
    const vendor = await world.store.vendorSessions.get(tenant, "nuvama");
    const ofApp = await app();
    const generation = vendor?.generation ?? -1;
    const begun = await both(
      (ports) => endVendorSession(ports, ofApp, { generation }, null),
      (ports) => closeConnection(ports, tenant, "a", null),
    );
    expect(begun).toBe(2);
    expect(await world.row("a")).toMatchObject({ status: "closed", sealedSession: null });
  });

  it("where connections that share a session need a login", async () => {
    const a = await world.connect("nuvama", "a");
    const b = await world.connect("nuvama", "b");
    const begun = await both(
      (ports) => needLoginOfAll(ports, a, "broker_ended"),
      (ports) => needLoginOfAll(ports, b, "broker_ended"),
    );
    expect(begun).toBe(2);
    for (const id of ["a", "b"])
      expect((await world.told(id)).map(({ type }) => type)).toEqual(["connection.login_needed"]);
  });

  it("where each of two that share a session is handed newer values", async () => {
    const a = await world.connect("nuvama", "a");
    const b = await world.connect("nuvama", "b");
    const [first, second] = [await world.session("a"), await world.session("b")];
    if (!first || !second) throw new Error("no session");
    world.advance(hour);
    const client = await world.client("nuvama");
    const path = client.traits.firstCall.path.replace("80126245", first.account ?? "");
    const { session: newer } = await client.fetch(first, path);
    const other = { ...newer, startedAt: second.startedAt };
    const begun = await both(
      (ports) => keepNewer(ports, a, newer),
      (ports) => keepNewer(ports, b, other),
    );
    expect(begun).toBe(2);
    for (const id of ["a", "b"])
      expect((await world.session(id))?.secrets.appIdKey?.reveal()).toBe(newer.secrets.appIdKey?.reveal());
  });

  it("where two browsers finish a connection's login", async () => {
    const { connection } = await newConnection(world, at);
    await world.connect("nuvama", "a");
    const session = (await world.session("a")) as NamedSession;
    const place = { app: await app(), connection: connection.id, returnUrl };
    const give = (ports: Ports) => giveCode(ports, place, connection, session);
    expect(await both(give, give)).toBe(2);
    expect(await world.row(connection.id)).toMatchObject({ status: "pending" });
  });

  it("where two logins of an account are confirmed", async () => {
    const ids = [await connected(world, at, "u1"), await connected(world, at, "u2")].map(({ id }) => id);
    const codes: (readonly [string, string, string])[] = [];
    for (const [i, id] of ids.entries()) {
      world.advance(1_000);
      const { link } = await reconnect(world.ports, tenant, { connection: id });
      codes.push([
        id,
        codeOf(await logInFully(world, newBrowser(world), at, tokenOf(link.url))),
        `u${i + 1}`,
      ]);
    }
    const begun = await both(
      ...codes.map(
        ([id, code, user]) =>
          (ports: Ports) =>
            confirmConnection(ports, tenant, id, { code, user }),
      ),
    );
    expect(begun).toBe(2);
    for (const id of ids) expect(await world.row(id)).toMatchObject({ status: "active", generation: 2 });
  });
});

describe(`a deadlock on ${name}`, () => {
  it("ends one of the two transactions, which is run again", async () => {
    const world = await newLifetimeWorld(await make());
    await world.add("zebu", "a");
    await world.add("zebu", "b");
    const { store, begun } = sideBySide(world.store, 2);
    const change = (reason: string, ids: readonly string[]) =>
      store.transaction(async (parts) => {
        for (const id of ids)
          await parts.connections.change(tenant, id, { generation: 0 }, { reason, at: world.now() });
      });
    await Promise.all([change("one", ["a", "b"]), change("two", ["b", "a"])]);
    expect(begun()).toBe(3);
    expect((await world.row("a")).reason).toBe((await world.row("b")).reason);
    await world.close();
  });
});
