import type { Metrics } from "../ports/metrics.js";
import type { Ports } from "../ports/ports.js";
import type { ApiServer } from "./api/api-server.js";
import { appRoutes } from "./api/apps.js";
import { auditRoutes } from "./api/audit.js";
import { connectLinkRoutes } from "./api/connect-links.js";
import { connectionRoutes } from "./api/connections.js";
import { historyRoutes } from "./api/history.js";
import { keyRoutes } from "./api/keys.js";
import { operationRoutes } from "./api/operations.js";
import { readinessRoutes } from "./api/readiness.js";
import { sessionRoutes } from "./api/session.js";
import { tenantRoutes } from "./api/tenants.js";
import { vaultRoutes } from "./api/vault.js";
import { webhookRoutes } from "./api/webhooks.js";
import { answerOnce } from "./idempotent.js";
import { describeRoutes } from "./openapi.js";
import type { Routes } from "./server.js";

export interface ApiOptions {
  readonly ports: Ports;
  /** This version of the gateway. */
  readonly version: string;
  readonly metrics?: Metrics | undefined;
}

/** The API but for the proxy, what describes it, and what an operator asks. */
export const apiRoutes =
  ({ ports, version, metrics }: ApiOptions): Routes =>
  async (server) => {
    answerOnce(server, ports);
    await describeRoutes(server, version);
    const api = server as unknown as ApiServer;
    appRoutes(api, ports);
    tenantRoutes(api, ports);
    keyRoutes(api, ports);
    webhookRoutes(api, ports);
    connectionRoutes(api, ports);
    connectLinkRoutes(api, ports);
    sessionRoutes(api, ports);
    readinessRoutes(api, ports);
    historyRoutes(api, ports);
    auditRoutes(api, ports);
    vaultRoutes(api, ports);
    operationRoutes(api, ports, metrics);
  };
