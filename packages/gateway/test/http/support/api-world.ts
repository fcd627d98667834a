import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { BrokerId } from "kunji";
import { createPrometheusSignals } from "../../../src/adapters/signals/prometheus-signals.js";
import { createUpstream } from "../../../src/adapters/upstream/undici-upstream.js";
import { everyCall, everyScope, keyRow, newKeyText } from "../../../src/flows/api-keys.js";
import { createProxyAnswers } from "../../../src/flows/proxy-answers.js";
import { createSessionCache } from "../../../src/flows/session-cache.js";
import { apiRoutes } from "../../../src/http/api-routes.js";
import { browserRoutes } from "../../../src/http/browser/browser-routes.js";
import { dashboardRoutes } from "../../../src/http/dashboard/dashboard-routes.js";
import { createOwnCalls } from "../../../src/http/proxy/own-calls.js";
import { proxyRoutes } from "../../../src/http/proxy/proxy-route.js";
import { createServer, type ServerOptions } from "../../../src/http/server.js";
import type { CallKind, Scope } from "../../../src/ports/api-keys.js";
import type { Ports } from "../../../src/ports/ports.js";
import type { Signals } from "../../../src/ports/signals.js";
import type { TestDatabase } from "../../support/databases.js";
import { signInPorts } from "../../support/sign-in-ports.js";
import { newWorld, type TestWorld } from "../../support/world.js";

/** An answer as tests look at it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The answer's JSON; empty where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect.
  readonly body: any;
}

export interface Call {
  readonly key?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A gateway's HTTP server over a test world, with every route but the demo's. */
export interface ApiWorld extends TestWorld {
  readonly server: FastifyInstance;
  readonly port: number;
  readonly url: string;
  /** What the numbers of `/metrics` are counted by. */
  readonly counts: Signals;
  call(method: string, path: string, call?: Call): Promise<Answer>;
  /** A new API key of a tenant: one that may do everything unless it is said what. */
  newKey(tenant: string, scopes?: readonly Scope[], calls?: readonly CallKind[]): Promise<string>;
}

export interface ApiWorldOptions extends Partial<Omit<ServerOptions, "ports" | "routes">> {
  /** Other ports than the world's. */
  readonly ports?: (ports: Ports) => Ports;
}

export async function fetched(
  url: string,
  method: string,
  { key, body, headers }: Call = {},
): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    redirect: "manual",
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  let json: unknown = {};
  try {
    json = JSON.parse(text);
  } catch {
    // A page, or nothing.
  }
  return { status: answer.status, headers: answer.headers, text, body: json };
}

const monotonicMs = () => performance.now();

/** @param database from `databases`; it is dropped by `close` */
export async function newApiWorld(database: TestDatabase, options: ApiWorldOptions = {}): Promise<ApiWorld> {
  const world = await newWorld(database);
  const { store, now } = world;
  const { ports: change = (ports: Ports) => ports, ...given } = options;
  const ports = change(world.ports);
  const counting = createPrometheusSignals({
    installation: store.installation,
    warn: () => undefined,
    monotonicMs,
    wall: now,
    ofProcess: false,
  });
  const { metrics } = counting;
  const cache = createSessionCache(ports, { monotonicMs });
  const answers = createProxyAnswers(ports, cache, () => undefined);
  const upstream = createUpstream({ byProxy: world.egress.dispatcherOf });
  const proxy = proxyRoutes({ ports, cache, answers, upstream, log: options.log, monotonicMs });
  const server = await createServer({
    ports,
    routes: [
      apiRoutes({ ports, version: "1.2.3", metrics }),
      proxy,
      browserRoutes({ ports, progressAfterMs: 60_000 }),
      dashboardRoutes({
        ports,
        signIn: signInPorts(now),
        metrics,
        ownCalls: createOwnCalls(proxy, monotonicMs),
      }),
    ],
    limits: { perKey: null, perAddress: null },
    trustedProxies: [],
    loopback: true,
    wall: now,
    ...given,
  });
  await server.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    ...world,
    ports,
    server,
    port,
    url,
    counts: counting.signals,
    call: (method, path, call) => fetched(`${url}${path}`, method, call),
    async newKey(tenant, scopes = everyScope, calls = everyCall) {
      const text = newKeyText(ports);
      await store.apiKeys.add(tenant, keyRow({ ...ports, now }, text, { name: "test", scopes, calls }));
      return text.reveal();
    },
    async close() {
      await upstream.close();
      await server.close();
      await cache.stop();
      await world.close();
    },
  };
}

/** A tenant with an app at each of the brokers and a key that may do everything. */
export async function withTenant(
  world: ApiWorld,
  tenant: string,
  brokers: readonly BrokerId[] = ["zebu"],
): Promise<string> {
  await world.addTenant(tenant, brokers);
  return world.newKey(tenant);
}
