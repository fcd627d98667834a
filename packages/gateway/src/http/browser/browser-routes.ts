import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import type { FastifyInstance } from "fastify";
import type { Logbook } from "../../ports/logbook.js";
import type { Ports } from "../../ports/ports.js";
import { callbackRoutes } from "./callback-routes.js";
import { connectRoutes } from "./connect-routes.js";
import { lookRoutes } from "./look-routes.js";
import { browserRoute } from "./problem-answer.js";

export interface BrowserOptions {
  readonly ports: Ports;
  readonly log?: Logbook | undefined;
}

/** All that a user's browser opens: the connect links, the brokers' callbacks, and what its pages ask for. */
export const browserRoutes =
  ({ ports, log }: BrowserOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    await server.register(cookie);
    await server.register(formbody);
    lookRoutes(server, ports);
    const options = browserRoute(log);
    connectRoutes(server, ports, options);
    callbackRoutes(server, ports, options);
  };
