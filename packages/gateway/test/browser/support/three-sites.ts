import { createServer as createSite, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { BrokerId } from "kunji";
import { createBrokers } from "../../../src/adapters/brokers/sdk-brokers.js";
import { makeChoiceLink } from "../../../src/flows/choice-link.js";
import { createConnection, reconnect } from "../../../src/flows/connections.js";
import { freePort } from "../../../src/free-port.js";
import { browserRoutes } from "../../../src/http/browser/browser-routes.js";
import { createServer } from "../../../src/http/server.js";
import type { Ports } from "../../../src/ports/ports.js";
import { allBrokers, type TestWorld } from "../../support/world.js";

/** An app, the gateway and the brokers, each on a site of its own, as browsers tell sites apart. */
export interface ThreeSites {
  readonly ports: Ports;
  readonly gateway: string;
  readonly brokers: string;
  /** Where the app takes its users back; it shows what it was told. */
  readonly returnUrl: string;
  /** Addresses at which browsers came back to the app, oldest first. */
  readonly came: URL[];
  /** A new connection's link. */
  link(app: BrokerId, wish?: { readonly user?: string; readonly expectedAccount?: string }): Promise<string>;
  /** A link to log a connection in again. */
  linkAgain(connection: string): Promise<string>;
  /** A link with a choice. */
  choice(apps: readonly BrokerId[]): Promise<string>;
  /** Lets something go wrong at a broker. */
  fault(fault: Readonly<Record<string, unknown>>): Promise<void>;
  /** Lets everything go right again. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

export const tenant = "acme";

const listening = (server: Server): Promise<number> =>
  new Promise((done) => server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port)));

function openApp(came: URL[]): Server {
  return createSite(({ url = "/", headers }, answer) => {
    const address = new URL(url, `http://${headers.host}`);
    if (address.pathname === "/back") came.push(address);
    answer
      .writeHead(200, { "content-type": "text/html" })
      .end("<!doctype html><html lang=en><title>The app</title><main><h1>The app</h1></main></html>");
  });
}

/** @param world whose sandbox plays the brokers; a tenant is made in it, with an app at each of them */
export async function openThreeSites(
  world: TestWorld,
  {
    progressAfterMs,
    timeoutMs = 5_000,
  }: { readonly progressAfterMs?: number; readonly timeoutMs?: number } = {},
): Promise<ThreeSites> {
  const came: URL[] = [];
  const app = openApp(came);
  const returnUrl = `http://app.localhost:${await listening(app)}/back`;
  const port = await freePort("127.0.0.1");
  const gateway = `http://kunji.localhost:${port}`;
  const brokers = world.sandboxUrl.replace("127.0.0.1", "localhost");
  const steer = (method: string, path: string, body?: unknown) =>
    world.sandbox.fetch(`${world.sandboxUrl}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
  const ports: Ports = {
    ...world.ports,
    publicUrl: gateway,
    brokers: createBrokers({ sandboxUrl: brokers, now: world.now, egress: world.egress, timeoutMs }),
  };
  await world.addTenant(tenant);
  for (const broker of allBrokers) {
    const row = await world.store.apps.get(tenant, broker);
    if (!row) throw new Error("the tenant has no such app");
    await world.store.apps.put(tenant, { ...row, returnUrls: [returnUrl], at: world.now() });
    if (ports.brokers.traits[broker].login === "password") continue;
    const redirect_url = `${gateway}/callback/${broker}/${row.handle}`;
    await steer("POST", `/${broker}/portal/apps/${broker}-gateway`, { redirect_url });
  }
  const server: FastifyInstance = await createServer({
    ports,
    routes: [browserRoutes({ ports, ...(progressAfterMs !== undefined && { progressAfterMs }) })],
    limits: { perKey: null, perAddress: null },
    trustedProxies: [],
    loopback: true,
  });
  await server.listen({ host: "127.0.0.1", port });
  return {
    ports,
    gateway,
    brokers,
    returnUrl,
    came,
    async link(id, { user = "asha", expectedAccount } = {}) {
      const wanted = { app: id, user, returnUrl, expectedAccount };
      return (await createConnection(ports, tenant, wanted)).link.url;
    },
    linkAgain: async (connection) => (await reconnect(ports, tenant, { connection })).link.url,
    choice: async (apps) =>
      (await makeChoiceLink(ports, tenant, { apps, user: "asha", returnUrl }, null)).url,
    async fault(fault) {
      const answer = await steer("POST", "/_sandbox/faults", fault);
      if (answer.status !== 201) throw new Error(await answer.text());
    },
    mend: async () => void (await steer("DELETE", "/_sandbox/faults")),
    async close() {
      await server.close();
      await new Promise((done) => app.close(done));
    },
  };
}
