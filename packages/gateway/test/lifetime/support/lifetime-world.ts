import type { LedgerEntry } from "@kunji/sandbox";
import type { AnyClient, BrokerId, Session } from "kunji";
import { dueOfSession } from "../../../src/flows/due-of-session.js";
import { openApp } from "../../../src/flows/open-app.js";
import { openSession, sealSession, sessionColumns } from "../../../src/flows/seal-session.js";
import type { Connection } from "../../../src/ports/connections.js";
import type { Ports } from "../../../src/ports/ports.js";
import type { TestDatabase } from "../../support/databases.js";
import { newWorld, returnUrl, type TestWorld } from "../../support/world.js";

export const tenant = "acme";
export const minute = 60_000;
export const hour = 60 * minute;
export const refreshPath = "/NorenWClientAPI/RefreshToken";

export interface Told {
  readonly type: string;
  readonly connection: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface FaultWish {
  readonly path?: string;
  readonly times?: number;
  readonly field?: string;
  readonly delay?: string;
}

/** A world with the tenant `acme` and its apps, and what tests of sessions' lives ask of it. */
export interface LifetimeWorld extends TestWorld {
  /** A second gateway on the same database, with nothing in its memory. */
  secondGateway(): Promise<Ports>;
  client(broker: BrokerId): Promise<AnyClient>;
  /** A user's whole login, kept as the active connection `id`. */
  connect(broker: BrokerId, id: string, username?: string): Promise<Connection>;
  /** Adds a connection without a session. */
  add(broker: BrokerId, id: string): Promise<void>;
  /** Keeps a session as a connection's next generation. */
  keep(id: string, session: Session): Promise<Connection>;
  row(id: string): Promise<Connection>;
  session(id: string): Promise<Session | undefined>;
  /** Whether the broker takes the session that is on file. */
  livesAtBroker(id: string): Promise<boolean>;
  /** What was told of a connection, oldest first. */
  told(id: string): Promise<readonly Told[]>;
  fault(broker: BrokerId, fault: string, wish?: FaultWish): Promise<void>;
  noFaults(): Promise<void>;
  endAtBroker(broker: BrokerId, username?: string): Promise<void>;
  /** What the broker has received at a path. */
  received(broker: BrokerId, path: string): Promise<readonly LedgerEntry[]>;
}

export async function newLifetimeWorld(database: TestDatabase): Promise<LifetimeWorld> {
  const world = await newWorld(database);
  const { ports, store, sandbox, sandboxUrl, presets, now } = world;
  await world.addTenant(tenant);
  const opened: Ports["store"][] = [];

  async function steer(method: string, path: string, body?: unknown): Promise<void> {
    const init = {
      method,
      headers: { "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    const answer = await sandbox.fetch(`${sandboxUrl}/_sandbox/${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  async function client(broker: BrokerId): Promise<AnyClient> {
    const app = await store.apps.get(tenant, broker);
    if (!app) throw new Error(`no app at ${broker}`);
    return openApp(ports, app);
  }

  async function logIn(broker: BrokerId, username = presets[broker].users[0].username): Promise<Session> {
    const { begin, complete, login, prove } = await client(broker);
    if (login) {
      const { password } = presets[broker].users.find((user) => user.username === username) ?? {};
      const session = await login({ username, password: password ?? "" });
      if (!("secrets" in session)) throw new Error("one more step");
      return prove(session);
    }
    const begun = await begin?.({});
    if (!begun || !complete) throw new Error("no login");
    return prove(await complete(begun.attempt, await world.logIn(broker, begun.url, username)));
  }

  async function row(id: string): Promise<Connection> {
    const found = await store.connections.get(tenant, id);
    if (!found) throw new Error(`no connection ${id}`);
    return found;
  }

  async function keep(id: string, session: Session): Promise<Connection> {
    const { generation } = await row(id);
    const kept = await store.connections.putSession(tenant, id, generation, {
      ...sessionColumns(ports, session),
      sealedSession: await sealSession(ports, tenant, id, session),
      account: session.account ?? "",
      dueAt: dueOfSession(ports, session),
      status: "active",
      reason: null,
      at: now(),
    });
    if (!kept) throw new Error(`not kept: ${id}`);
    return kept;
  }

  async function add(broker: BrokerId, id: string): Promise<void> {
    const facts = { id, app: broker, user: `user of ${id}`, expectedAccount: null, returnUrl, at: now() };
    await store.connections.add(tenant, facts);
  }

  return {
    ...world,
    client,
    add,
    keep,
    row,
    async secondGateway() {
      // SQLite serves one gateway: there the second one is its own in memory alone.
      if (!("url" in database.place)) return { ...ports, store: { ...store } };
      const second = await database.open();
      opened.push(second);
      return { ...ports, store: second };
    },
    async connect(broker, id, username) {
      await add(broker, id);
      return keep(id, await logIn(broker, username));
    },
    session: async (id) => openSession(ports, await row(id)),
    async livesAtBroker(id) {
      const connection = await row(id);
      const session = openSession(ports, connection);
      if (!session) return false;
      const { prove } = await client(connection.broker);
      return prove({ ...session, clocks: [] }).then(
        () => true,
        () => false,
      );
    },
    async told(id) {
      const events = await store.events.list(tenant, 0, 100_000);
      return events
        .filter(({ connection }) => connection === id)
        .map(({ type, connection, data }) => ({ type, connection, data: JSON.parse(data) }));
    },
    fault: (broker, fault, wish = {}) => steer("POST", "faults", { broker, fault, ...wish }),
    noFaults: () => steer("DELETE", "faults"),
    endAtBroker: (broker, username) =>
      steer("POST", `${broker}/sessions/end`, username === undefined ? {} : { username }),
    async received(broker, path) {
      return (await world.ledger(broker)).filter((entry) => entry.path === path);
    },
    async close() {
      await Promise.all(opened.map((second) => second.close()));
      await world.close();
    },
  };
}

/** Moves the clock to a moment. */
export const until = (world: TestWorld, moment: number): void => world.advance(moment - world.now());
