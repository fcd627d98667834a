import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import type { FastifyInstance } from "fastify";
import type { Logbook } from "../../ports/logbook.js";
import type { Ports } from "../../ports/ports.js";
import type { Routes } from "../server.js";
import { type OperatorRoute, operatorRoute } from "./operator-route.js";
import { overviewRoutes } from "./overview-routes.js";

export interface DashboardOptions {
  readonly ports: Ports;
  readonly log?: Logbook | undefined;
  /** Where the sandbox is steered, as browsers reach it, in the demo. */
  readonly sandboxPanel?: string | undefined;
}

/** Registers pages of the dashboard: each route with the options, whose guard lets operators in. */
export type DashboardRoutes = (server: FastifyInstance, ports: Ports, options: OperatorRoute) => void;

/** Every part of the dashboard. A new one is added here. */
const parts: readonly DashboardRoutes[] = [overviewRoutes];

/** The operators' pages. */
export const dashboardRoutes =
  ({ ports, log, sandboxPanel }: DashboardOptions): Routes =>
  async (server) => {
    await server.register(cookie);
    await server.register(formbody);
    server.decorate("dashboardFrame", { now: ports.now, sandboxPanel });
    const options = operatorRoute(log);
    for (const register of parts) register(server, ports, options);
  };
