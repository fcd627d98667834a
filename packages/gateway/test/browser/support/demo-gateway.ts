import { createServer as createHttpServer } from "node:http";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Secret } from "kunji";
import { createBrokers } from "../../../src/adapters/brokers/sdk-brokers.js";
import { createUpstream } from "../../../src/adapters/upstream/undici-upstream.js";
import { createWebhookSender } from "../../../src/adapters/webhooks/webhook-sender.js";
import { putSandboxApps } from "../../../src/demo/sandbox-apps.js";
import { everyCall, everyScope, keyRow, newKeyText } from "../../../src/flows/api-keys.js";
import { deliverDue } from "../../../src/flows/deliver-webhooks.js";
import { createSessionCache } from "../../../src/flows/session-cache.js";
import { addWebhook } from "../../../src/flows/webhooks.js";
import { connectionRoutes } from "../../../src/http/api/connections.js";
import { browserRoutes } from "../../../src/http/browser/browser-routes.js";
import { demoRoutes } from "../../../src/http/demo/demo-routes.js";
import { proxyRoutes } from "../../../src/http/proxy/proxy-route.js";
import { createServer } from "../../../src/http/server.js";
import type { Ports } from "../../../src/ports/ports.js";
import type { TestWorld } from "../../support/world.js";

/** The demo on a port of its own, its brokers under another host name. */
export interface DemoGateway {
  readonly ports: Ports;
  readonly url: string;
  readonly key: Secret;
  readonly webhookSecret: Secret;
  readonly server: FastifyInstance;
  /** Sends what waits for the webhook. */
  deliver(): Promise<void>;
  close(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createHttpServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" && address ? address.port : 0;
}

const monotonicMs = () => performance.now();

export async function openDemo(world: TestWorld): Promise<DemoGateway> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const sandboxUrl = world.sandboxUrl.replace("127.0.0.1", "localhost");
  const brokers = createBrokers({ sandboxUrl, now: world.now, timeoutMs: 5_000 });
  const ports: Ports = { ...world.ports, publicUrl: url, brokers };
  await ports.store.tenants.add("demo", { name: "Demo", madeBy: null, at: ports.now() });
  await putSandboxApps(ports, "demo", { sandboxUrl: world.sandboxUrl, fetch });
  const key = newKeyText(ports);
  await ports.store.apiKeys.add(
    "demo",
    keyRow(ports, key, { name: "demo", scopes: everyScope, calls: everyCall }),
  );
  const { secret: webhookSecret } = await addWebhook(ports, "demo", { url: `${url}/demo/webhook` }, null);

  const cache = createSessionCache(ports, { monotonicMs });
  const upstream = createUpstream();
  const server = await createServer({
    ports,
    routes: [
      (scope) => connectionRoutes(scope.withTypeProvider<ZodTypeProvider>(), ports),
      proxyRoutes({ ports, cache, upstream, noteUse: () => undefined, monotonicMs }),
      browserRoutes({ ports }),
      demoRoutes({ ports, key, fetch, webhookSecret, sandboxUrl }),
    ],
    limits: { perKey: null, perAddress: null },
    trustedProxies: [],
    loopback: true,
  });
  await server.listen({ host: "127.0.0.1", port });
  const sender = createWebhookSender({ targets: "any", now: Date.now });
  return {
    ports,
    url,
    key,
    webhookSecret,
    server,
    async deliver() {
      while ((await deliverDue(ports, sender)) > 0);
    },
    async close() {
      await server.close();
      await cache.stop();
      await upstream.close();
    },
  };
}
