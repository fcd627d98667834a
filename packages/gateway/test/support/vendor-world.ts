import type { NuvamaClient, Session } from "kunji";
import { openApp } from "../../src/flows/open-app.js";
import { sealSession, sessionColumns } from "../../src/flows/seal-session.js";
import type { App } from "../../src/ports/apps.js";
import type { Status } from "../../src/ports/connections.js";
import type { Ports } from "../../src/ports/ports.js";
import type { TestDatabase } from "./databases.js";
import { newCode } from "./rows.js";
import { newWorld, returnUrl, type TestWorld } from "./world.js";

/** Priya Nambiar, the second of Nuvama's users whose login succeeds. */
export const secondUser = "80163504";

/** A world with the tenant `acme` and its app at Nuvama, and what tests of vendor sessions ask of it. */
export interface VendorWorld extends TestWorld {
  readonly app: App;
  /** A client of the app, as each request opens one. */
  client(ports?: Ports): NuvamaClient;
  /** A second gateway on the same database, with nothing in its memory. */
  secondGateway(): Promise<Ports>;
  /** A user's whole login, proven, kept as a connection of this status. */
  connect(id: string, status?: Exclude<Status, "closed">, username?: string): Promise<Session<"nuvama">>;
  /** A one-time code that a connection's session waits for. */
  addCode(connection: string): Promise<void>;
  /** Whether that code still can be taken; it is used by it. */
  takeCode(connection: string): Promise<boolean>;
  /** The vendor logins, or logouts, that the broker has received. */
  received(what: "loginvendor" | "logoutvendor"): Promise<number>;
  /** Lets the broker fail once, at this path. */
  failOnce(path: string): Promise<void>;
  /** Ends the vendor sessions at the broker alone. */
  endAtBroker(): Promise<void>;
  /** The types and data of the events. */
  events(): Promise<
    readonly { readonly type: string; readonly connection: string | null; readonly data: object }[]
  >;
  /** The row on file. */
  row(): ReturnType<Ports["store"]["vendorSessions"]["get"]>;
}

export const vendorPath = (what: "loginvendor" | "logoutvendor"): string =>
  `/edelmw-login/login/accounts/${what}/KUNJIGW`;

export async function newVendorWorld(database: TestDatabase): Promise<VendorWorld> {
  const world = await newWorld(database);
  await world.addTenant("acme", ["nuvama"]);
  const { ports, store } = world;
  const app = (await store.apps.get("acme", "nuvama"))!;
  const opened: Ports["store"][] = [];
  const client = (gateway = ports) => openApp(gateway, app) as unknown as NuvamaClient;

  async function steer(path: string, body: unknown): Promise<void> {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    const answer = await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  }

  return {
    ...world,
    app,
    client,
    async secondGateway() {
      // SQLite serves one gateway: there the second one is its own in memory alone.
      if (!("url" in database.place)) return { ...ports, store: { ...store } };
      const second = await database.open();
      opened.push(second);
      return { ...ports, store: second };
    },
    async connect(id, status = "active", username) {
      const nuvama = client();
      const { url, attempt } = await nuvama.begin();
      const session = await nuvama.prove(
        await nuvama.complete(attempt, await world.logIn("nuvama", url, username)),
      );
      const at = world.now();
      await store.connections.add("acme", {
        id,
        app: app.id,
        user: id,
        expectedAccount: null,
        returnUrl,
        at,
      });
      await store.connections.putSession("acme", id, 0, {
        ...sessionColumns(ports, session),
        sealedSession: await sealSession(ports, "acme", id, session),
        account: session.account ?? "",
        dueAt: at,
        status,
        reason: null,
        at,
      });
      return session;
    },
    async addCode(connection) {
      const [createdAt, hash] = [world.now(), `code of ${connection}`];
      const code = newCode({ hash, connection, createdAt, expiresAt: createdAt + 600_000 });
      await store.codes.add("acme", code);
    },
    async takeCode(connection) {
      const claim = { connection, hash: `code of ${connection}`, now: world.now() };
      return (await store.codes.take("acme", claim)) !== undefined;
    },
    async received(what) {
      return (await world.ledger("nuvama")).filter(({ path }) => path === vendorPath(what)).length;
    },
    failOnce: (path) => steer("faults", { broker: "nuvama", fault: "internal-error", path }),
    endAtBroker: () => steer("nuvama/sessions/end", { vendor: true }),
    async events() {
      const events = await store.events.list("acme", 0, 1_000);
      return events.map(({ type, connection, data }) => ({
        type,
        connection,
        data: JSON.parse(data) as object,
      }));
    },
    row: () => store.vendorSessions.get("acme", app.id),
    async close() {
      await Promise.all(opened.map((second) => second.close()));
      await world.close();
    },
  };
}
