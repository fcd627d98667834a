import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Secret } from "kunji";
import { brokerFetch } from "./adapters/brokers/broker-fetch.js";
import { createPasswords } from "./adapters/operators/argon2-passwords.js";
import { createSecondFactors } from "./adapters/operators/totp.js";
import { createLog } from "./adapters/signals/pino-log.js";
import { createUpstream } from "./adapters/upstream/undici-upstream.js";
import { createWebhookSender } from "./adapters/webhooks/webhook-sender.js";
import { startBackground } from "./background.js";
import { demoWebhookSecret } from "./demo/demo-webhook.js";
import { putSandboxApps } from "./demo/sandbox-apps.js";
import { createSandboxClock, type SandboxClock } from "./demo/sandbox-clock.js";
import { usualPace } from "./domain/renewal-pace.js";
import { createUseNotes } from "./flows/note-use.js";
import { createProxyAnswers } from "./flows/proxy-answers.js";
import { createSessionCache } from "./flows/session-cache.js";
import { freePort } from "./free-port.js";
import { apiRoutes } from "./http/api-routes.js";
import { browserRoutes } from "./http/browser/browser-routes.js";
import { closeServer } from "./http/close-server.js";
import { dashboardRoutes } from "./http/dashboard/dashboard-routes.js";
import { demoRoutes } from "./http/demo/demo-routes.js";
import { isLoopback } from "./http/host-check.js";
import { createOwnCalls } from "./http/proxy/own-calls.js";
import { proxyRoutes } from "./http/proxy/proxy-route.js";
import { createServer, type Routes } from "./http/server.js";
import { jobsOf } from "./jobs.js";
import { urlOf } from "./local-url.js";
import { openPorts, type World } from "./open-ports.js";
import { ownKey } from "./own-key.js";
import { ownOperator } from "./own-operator.js";
import type { Ports } from "./ports/ports.js";
import type { Settings } from "./settings.js";

/** What a gateway is opened with. What is left out is the machine's own. */
export interface GatewayOptions extends Partial<World> {
  readonly settings: Settings;
  /** This version of the gateway. */
  readonly version: string;
  /** From 0 to 1, by chance. */
  readonly random?: () => number;
  /** Whether it does its work by itself; it does by default. */
  readonly background?: boolean;
  /** How long `close` waits for requests that run, in ms; 10 seconds by default. */
  readonly graceMs?: number;
}

/** A gateway that listens. */
export interface Gateway {
  readonly server: FastifyInstance;
  readonly ports: Ports;
  /** Where it listens: an origin. */
  readonly url: string;
  /** The operator's own API key; `undefined` where nobody has kept it. */
  readonly apiKey: Secret | undefined;
  /** Lets running requests finish, then gives everything back. */
  close(): Promise<void>;
}

/** Gives back what was taken, the last first. */
type Undo = (() => unknown)[];

async function undoAll(undo: Undo): Promise<void> {
  for (const step of undo.splice(0).reverse())
    await Promise.resolve()
      .then(step)
      .catch(() => undefined);
}

function worldOf(options: GatewayOptions, clock: SandboxClock | undefined, wall: () => number): World {
  const { settings } = options;
  return {
    now: options.now ?? clock?.now,
    wall,
    monotonicMs: options.monotonicMs ?? (() => performance.now()),
    randomBytes: options.randomBytes ?? ((length) => randomBytes(length)),
    fetch: options.fetch ?? brokerFetch,
    log: options.log ?? createLog({ level: settings.logLevel }),
    say: options.say ?? (() => undefined),
    renewals: options.renewals ?? usualPace,
  };
}

/** Opens a gateway's parts one after the other. Whatever fails, nothing listens and nothing stays open. */
async function open(options: GatewayOptions, undo: Undo): Promise<Gateway> {
  const { settings, version, random = Math.random, wall = Date.now, graceMs = 10_000 } = options;
  const { host, sandboxUrl } = settings;
  const port = settings.port === 0 ? await freePort(host) : settings.port;
  const url = urlOf(host, port);
  const publicUrl = settings.publicUrl ?? url;
  const loopback = isLoopback(host);

  const sandboxClock =
    settings.demo && sandboxUrl !== undefined && !options.now
      ? createSandboxClock(sandboxUrl, { fetch: globalThis.fetch, wall })
      : undefined;
  const world = worldOf(options, sandboxClock, wall);
  const { log, monotonicMs } = world;
  undo.push(() => log.flush());
  const { ports, metrics, clock } = await openPorts(settings, publicUrl, world);
  undo.push(() => ports.store.close());
  undo.push(() => ports.egress.close());
  const apiKey = await ownKey(ports, settings, world.say);
  const signIn = { passwords: createPasswords(world), secondFactors: createSecondFactors(world), wall };
  await ownOperator({ ...ports, ...signIn }, settings, world.say);

  const upstream = createUpstream({ byProxy: ports.egress.dispatcherOf });
  undo.push(() => upstream.close());
  const sender = createWebhookSender({ targets: settings.webhookTargets, now: clock?.now ?? wall });
  undo.push(() => sender.close());
  const cache = createSessionCache(ports, { monotonicMs });
  undo.push(() => cache.stop());
  const notes = createUseNotes(ports, { everyMs: 60_000 });
  undo.push(() => notes.flush());
  const answers = createProxyAnswers(ports, cache, notes.note);
  undo.push(() => answers.flush());

  let readyUsers: Awaited<ReturnType<typeof putSandboxApps>> | undefined;
  const proxy = proxyRoutes({ ports, cache, answers, upstream, log, monotonicMs });
  const routes: Routes[] = [
    apiRoutes({ ports, version, metrics }),
    proxy,
    browserRoutes({ ports, log, readyUser: (broker) => readyUsers?.get(broker) }),
    dashboardRoutes({
      ports,
      signIn,
      metrics,
      ownCalls: createOwnCalls(proxy, monotonicMs),
      webhookTargets: settings.webhookTargets,
      log,
      ...(settings.demo &&
        sandboxUrl !== undefined && {
          demo: { tenant: settings.tenant, sandboxPanel: `${sandboxUrl}/_sandbox/` },
        }),
    }),
  ];
  if (settings.demo && apiKey && sandboxUrl !== undefined) {
    await sandboxClock?.read();
    readyUsers = await putSandboxApps(ports, settings.tenant, { sandboxUrl, fetch: globalThis.fetch });
    const webhookSecret = await demoWebhookSecret(ports, settings.tenant);
    routes.push(demoRoutes({ ports, key: apiKey, fetch: world.fetch, webhookSecret, log }));
  }
  const limits = { perKey: settings.perKey, perAddress: settings.perAddress };
  const { trustedProxies } = settings;
  const server = await createServer({
    ports,
    routes,
    limits,
    trustedProxies,
    loopback,
    log,
    wall,
    monotonicMs,
  });
  let stopBackground = async (): Promise<void> => undefined;
  undo.push(() => Promise.allSettled([closeServer(server, graceMs), stopBackground()]));

  if (options.background ?? true) {
    const follow = sandboxClock?.read ?? clock?.follow;
    const clockJob = follow && { name: "clock", everyMs: 1_000, run: () => follow().then(() => 0) };
    const jobs = [...jobsOf(ports, sender, settings.historyLife), ...(clockJob ? [clockJob] : [])];
    stopBackground = startBackground(jobs, { signals: ports.signals, random }).stop;
  }
  await server.listen({ host, port });
  return { server, ports, url, apiKey, close: () => undoAll(undo) };
}

/**
 * Opens a gateway and lets it listen. Where anything is wrong nothing listens and nothing stays open.
 * @throws SettingError, KeyringError, StoreProblem, SandboxAway; what the operating system says of the port, as the error's `code`
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const undo: Undo = [];
  try {
    return await open(options, undo);
  } catch (error) {
    await undoAll(undo);
    throw error;
  }
}
