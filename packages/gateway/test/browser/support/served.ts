import type { FastifyInstance } from "fastify";
import { createConnection } from "../../../src/flows/connections.js";
import { browserRoutes } from "../../../src/http/browser/browser-routes.js";
import { createServer } from "../../../src/http/server.js";
import type { Ports } from "../../../src/ports/ports.js";
import { returnUrl, type TestWorld } from "../../support/world.js";

/** The browser's routes on the gateway's server, without a port. */
export const serveBrowsers = (ports: Ports): Promise<FastifyInstance> =>
  createServer({
    ports,
    routes: [browserRoutes({ ports, progressAfterMs: 60_000 })],
    limits: { perKey: null, perAddress: null },
    trustedProxies: [],
    loopback: true,
  });

/** A connection of the tenant's user, and the path of the link that it is logged in by. */
export async function newLink(
  { ports }: Pick<TestWorld, "ports">,
  app: string,
  { tenant = "acme", user = "asha", expectedAccount }: Readonly<Record<string, string | undefined>> = {},
) {
  const { connection, link } = await createConnection(ports, tenant, {
    app,
    user,
    returnUrl,
    ...(expectedAccount !== undefined && { expectedAccount }),
  });
  return { id: connection.id, path: new URL(link.url).pathname };
}
