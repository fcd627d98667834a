import type { AddressInfo } from "node:net";
import type { AnyClient, BrokerId, Session } from "kunji";
import { Secret } from "kunji";
import { type BrokersOptions, createBrokers } from "../../../src/adapters/brokers/sdk-brokers.js";
import { createUpstream } from "../../../src/adapters/upstream/undici-upstream.js";
import { hashOf } from "../../../src/domain/hashed.js";
import { createUseNotes } from "../../../src/flows/note-use.js";
import { openApp } from "../../../src/flows/open-app.js";
import { createProxyAnswers } from "../../../src/flows/proxy-answers.js";
import { sealSession, sessionColumns } from "../../../src/flows/seal-session.js";
import { createSessionCache, type SessionCache } from "../../../src/flows/session-cache.js";
import type { ProxyLimits } from "../../../src/http/proxy/proxy-parts.js";
import { proxyRoutes } from "../../../src/http/proxy/proxy-route.js";
import { createServer } from "../../../src/http/server.js";
import type { CallKind } from "../../../src/ports/api-keys.js";
import type { Ports } from "../../../src/ports/ports.js";
import type { TestDatabase } from "../../support/databases.js";
import { allBrokers, newWorld, returnUrl, type TestWorld } from "../../support/world.js";
import { type NastyServer, nastyServer } from "./nasty-server.js";
import { type RawAnswer, type RawCall, rawCall } from "./raw-call.js";

export const tenant = "acme";

/** A world with a tenant whose apps call the sandbox or a nasty server, and a gateway that forwards calls. */
export interface ProxyWorld extends TestWorld {
  readonly nasty: NastyServer;
  readonly cache: SessionCache;
  readonly port: number;
  /** The API keys, by what calls they may forward. */
  readonly keys: Readonly<Record<CallKind, string>>;
  /** Logs the sandbox's first user in, and keeps the session as an active connection with the broker's name as id. */
  connect(broker: BrokerId, id?: string): Promise<Session>;
  /** Lets an app call another environment. */
  moveTo(broker: BrokerId, environment: "sandbox" | "nasty"): Promise<void>;
  /** A call through the proxy. The key may do everything unless another one is named. */
  call(broker: string, path: string, call?: RawCall & { readonly key?: CallKind }): Promise<RawAnswer>;
  /** The same, through another gateway. */
  callAt(
    port: number,
    broker: string,
    path: string,
    call?: RawCall & { readonly key?: CallKind },
  ): Promise<RawAnswer>;
  /** The broker's first call through the proxy. */
  firstCall(broker: BrokerId, id?: string): Promise<RawAnswer>;
  /** How often the sandbox received a call of this path's end. */
  received(broker: BrokerId, pathEnd: string): Promise<number>;
  steer(path: string, body?: unknown): Promise<unknown>;
  /** Another gateway's server on other ports, for one request's sake. */
  serve(
    ports: Ports,
    limits?: Partial<ProxyLimits>,
    connections?: number,
  ): Promise<{ readonly port: number; readonly cache: SessionCache; close(): Promise<void> }>;
}

const letters = (calls: CallKind): string => `${calls}-${"k".repeat(40)}`;
const allowed: Readonly<Record<CallKind, readonly CallKind[]>> = {
  read: ["read"],
  order: ["read", "order"],
  money: ["read", "order", "money"],
};

export async function newProxyWorld(
  database: TestDatabase,
  {
    limits,
    brokers = allBrokers,
    ordersPerSecond = null,
  }: {
    readonly limits?: Partial<ProxyLimits>;
    readonly brokers?: readonly BrokerId[];
    /** Any number of orders, unless it is given. */
    readonly ordersPerSecond?: number | null;
  } = {},
): Promise<ProxyWorld> {
  const world = await newWorld(database);
  const nasty = await nastyServer();
  const places = { autoshares: { api: `${nasty.origin}/api`, login: nasty.origin } };
  const here = { api: nasty.origin, login: nasty.origin };
  const listed: NonNullable<BrokersOptions["listed"]> = Object.fromEntries(
    allBrokers.map((broker) => [broker, { nasty: broker === "autoshares" ? places.autoshares : here }]),
  );
  const { sandboxUrl, now, store } = world;
  const { egress } = world;
  const ports: Ports = {
    ...world.ports,
    ordersPerSecond,
    brokers: createBrokers({ sandboxUrl, now, timeoutMs: 2_000, egress, listed }),
  };
  await world.addTenant(tenant, brokers);
  for (const kind of ["read", "order", "money"] as const)
    await store.apiKeys.add(tenant, {
      id: kind,
      name: kind,
      scopes: ["proxy"],
      calls: allowed[kind],
      createdAt: now(),
      hash: Buffer.from(hashOf("api_key", new Secret(letters(kind)))).toString("hex"),
    });

  async function serve(with_: Ports, own: Partial<ProxyLimits> | undefined, connections?: number) {
    const cache = createSessionCache(with_, { monotonicMs: () => performance.now() });
    const upstream = createUpstream({ connections, byProxy: egress.dispatcherOf });
    const notes = createUseNotes(with_, { everyMs: 60_000 });
    const answers = createProxyAnswers(with_, cache, notes.note);
    const server = await createServer({
      ports: with_,
      routes: [
        proxyRoutes({
          ports: with_,
          cache,
          answers,
          upstream,
          limits: own,
          monotonicMs: () => performance.now(),
        }),
      ],
      limits: { perKey: null, perAddress: null },
      trustedProxies: [],
      loopback: false,
    });
    await server.listen({ host: "127.0.0.1", port: 0 });
    const { port } = server.server.address() as AddressInfo;
    return {
      port,
      cache,
      async close() {
        await upstream.close();
        await server.close();
        await cache.stop();
        await answers.flush();
        await notes.flush();
      },
    };
  }
  const main = await serve(ports, limits);

  async function clientOf(broker: BrokerId): Promise<AnyClient> {
    return openApp(ports, (await store.apps.get(tenant, broker))!);
  }

  async function steer(path: string, body: unknown = {}): Promise<unknown> {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    const answer = await world.sandbox.fetch(`${sandboxUrl}/_sandbox/${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  }

  const callAt: ProxyWorld["callAt"] = (port, id, path, { key = "money", headers = [], ...rest } = {}) =>
    rawCall(port, `/v1/connections/${id}/proxy${path}`, {
      ...rest,
      headers: [["authorization", `Bearer ${letters(key)}`], ...headers],
    });
  const call: ProxyWorld["call"] = (...given) => callAt(main.port, ...given);

  return {
    ...world,
    ports,
    nasty,
    cache: main.cache,
    port: main.port,
    keys: { read: letters("read"), order: letters("order"), money: letters("money") },
    steer,
    call,
    callAt,
    serve: (own, with_, connections) => serve(own, with_, connections),
    async connect(broker, id = broker) {
      const client = await clientOf(broker);
      const [user] = world.presets[broker].users;
      const { username, password } = user;
      let session: Session;
      if (client.begin && client.complete) {
        const { url, attempt } = await client.begin();
        session = await client.complete(attempt, await world.logIn(broker, url));
      } else session = (await client.login?.({ username, password })) as Session;
      session = await client.prove(session);
      const at = now();
      await store.connections.add(tenant, {
        id,
        app: broker,
        user: id,
        expectedAccount: null,
        returnUrl,
        at,
      });
      await store.connections.putSession(tenant, id, 0, {
        ...sessionColumns(ports, session),
        sealedSession: await sealSession(ports, tenant, id, session),
        account: session.account ?? "",
        dueAt: null,
        status: "active",
        reason: null,
        at,
      });
      return session;
    },
    async moveTo(broker, environment) {
      const { updatedAt: _, createdAt: __, tenant: ___, ...app } = (await store.apps.get(tenant, broker))!;
      await store.apps.put(tenant, { ...app, environment, at: now() + 1 });
      await store.changes.announce({ tenant, kind: "app", id: broker });
      main.cache.dropAll();
    },
    firstCall(broker, id = broker) {
      const { method, path, body, account } = ports.brokers.traits[broker].firstCall;
      const [{ username }] = world.presets[broker].users;
      const own = (text: string) => (account ? text.replaceAll(account, username) : text);
      return call(id, own(path), {
        method,
        headers: body ? [["content-type", "application/json"]] : [],
        ...(body && { body: own(body) }),
      });
    },
    async received(broker, pathEnd) {
      return (await world.ledger(broker)).filter(({ path }) => path.endsWith(pathEnd)).length;
    },
    async close() {
      await main.close();
      await nasty.close();
      await world.close();
    },
  };
}
