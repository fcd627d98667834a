import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import type { FastifyInstance } from "fastify";
import type { SignInPorts } from "../../flows/operators/operator-ports.js";
import type { Logbook } from "../../ports/logbook.js";
import type { Metrics } from "../../ports/metrics.js";
import type { Ports } from "../../ports/ports.js";
import { browserRoute } from "../browser/problem-answer.js";
import type { WebhookTargets } from "../pages/dashboard/webhook-form.js";
import type { OwnCalls } from "../proxy/own-calls.js";
import type { Routes } from "../server.js";
import { activityRoutes } from "./activity-routes.js";
import { appsRoutes } from "./apps-routes.js";
import { connectOwnRoutes } from "./connect-own-routes.js";
import { connectedRoutes } from "./connected-routes.js";
import { connectionActionRoutes } from "./connection-action-routes.js";
import { connectionRoutes } from "./connection-routes.js";
import { connectionsRoutes } from "./connections-routes.js";
import { liveRoutes } from "./live-routes.js";
import { nothingHerePage } from "./nothing-here.js";
import { type OperatorRoute, operatorRoute } from "./operator-route.js";
import { overviewRoutes } from "./overview-routes.js";
import { readinessRoutes } from "./readiness-routes.js";
import { scriptRoutes } from "./script-routes.js";
import { settingsRoutes } from "./settings-routes.js";
import { signInRoutes } from "./sign-in-routes.js";
import { tryCallRoutes } from "./try-call-routes.js";
import { webhooksRoutes } from "./webhooks-routes.js";

/** What the dashboard's pages work with. */
export interface DashboardPorts extends Ports, SignInPorts {
  readonly metrics: Pick<Metrics, "glance">;
  readonly ownCalls: OwnCalls;
  readonly webhookTargets: WebhookTargets;
}

export interface DashboardOptions {
  readonly ports: Ports;
  readonly signIn: SignInPorts;
  readonly metrics: DashboardPorts["metrics"];
  readonly ownCalls: OwnCalls;
  /** Where webhooks may go; to public addresses where nobody says. */
  readonly webhookTargets?: WebhookTargets | undefined;
  readonly log?: Logbook | undefined;
  /** The demo: the tenant whose first operator is signed in by itself, and where the sandbox is steered, as browsers reach it. */
  readonly demo?: { readonly tenant: string; readonly sandboxPanel: string } | undefined;
}

/** Registers pages of the dashboard: each route with the options, whose guard lets operators in. */
export type DashboardRoutes = (
  server: FastifyInstance,
  ports: DashboardPorts,
  options: OperatorRoute,
) => void;

/** Every part of the dashboard. A new one is added here. */
const parts: readonly DashboardRoutes[] = [
  scriptRoutes,
  liveRoutes,
  overviewRoutes,
  readinessRoutes,
  connectionsRoutes,
  connectionRoutes,
  connectOwnRoutes,
  connectedRoutes,
  connectionActionRoutes,
  tryCallRoutes,
  settingsRoutes,
  activityRoutes,
  appsRoutes,
  webhooksRoutes,
];

/** The operators' pages. */
export const dashboardRoutes =
  ({ ports, signIn, metrics, ownCalls, webhookTargets = "public", log, demo }: DashboardOptions): Routes =>
  async (server) => {
    await server.register(cookie);
    await server.register(formbody);
    const frame = { now: ports.now, sandboxPanel: demo?.sandboxPanel };
    server.decorate("dashboardFrame", frame);
    const all = { ...ports, ...signIn, metrics, ownCalls, webhookTargets };
    server.nothingHere.page = nothingHerePage(all, frame);
    const signedIn = operatorRoute(log);
    signInRoutes(server, all, { open: browserRoute(log), signedIn }, demo?.tenant);
    for (const register of parts) register(server, all, signedIn);
  };
