import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import type { FastifyInstance } from "fastify";
import type { Logbook } from "../../ports/logbook.js";
import type { Ports } from "../../ports/ports.js";
import { callbackRoutes } from "./callback-routes.js";
import { connectRoutes, type FindReadyUser } from "./connect-routes.js";
import { lookRoutes } from "./look-routes.js";
import { browserRoute, type FindWaysOn, notedProblem, problemPageFor } from "./problem-answer.js";
import { waysOnFromLink, waysOnFromQuestion } from "./ways-on.js";
import { withProgress } from "./with-progress.js";

export interface BrowserOptions {
  readonly ports: Ports;
  readonly log?: Logbook | undefined;
  /** How long a browser waits before it is shown that a login is being finished, in ms; 1,000 by default. */
  readonly progressAfterMs?: number;
  readonly readyUser?: FindReadyUser;
}

/** All that a user's browser opens: the connect links, the brokers' callbacks, and what its pages ask for. */
export const browserRoutes =
  ({ ports, log, progressAfterMs = 1_000, readyUser = () => undefined }: BrowserOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    await server.register(cookie);
    await server.register(formbody);
    const answer = (waysOn: FindWaysOn) =>
      withProgress({
        ports,
        afterMs: progressAfterMs,
        failed: (error, request) => problemPageFor(notedProblem(log, error, request), request, waysOn),
      });
    const [fromLink, fromQuestion] = [waysOnFromLink(ports), waysOnFromQuestion(ports)];
    lookRoutes(server, ports);
    connectRoutes(server, ports, browserRoute(log, fromLink), answer(fromLink), readyUser);
    callbackRoutes(server, ports, browserRoute(log, fromQuestion), answer(fromQuestion));
  };
