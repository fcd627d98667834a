import formbody from "@fastify/formbody";
import type { FastifyInstance } from "fastify";
import type { Secret } from "kunji";
import type { Logbook } from "../../ports/logbook.js";
import type { Ports } from "../../ports/ports.js";
import { browserRoute } from "../browser/problem-answer.js";
import { createDemoApi } from "./demo-api.js";
import { returnRoutes } from "./demo-return.js";
import { webhookRoutes } from "./demo-webhooks.js";
import { createReceivedWebhooks } from "./received-webhooks.js";

export interface DemoOptions {
  readonly ports: Pick<Ports, "brokers" | "publicUrl">;
  /** The tenant's API key: the demo uses the gateway as an app's server does. */
  readonly key: Secret;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** What the demo's webhook is signed with. */
  readonly webhookSecret: Secret;
  readonly log?: Logbook | undefined;
}

/** An app that uses this gateway, as far as links and webhooks need one. Only for a gateway that listens on a loopback address. */
export const demoRoutes =
  ({ ports, key, fetch, webhookSecret, log }: DemoOptions) =>
  async (server: FastifyInstance): Promise<void> => {
    await server.register(formbody);
    const api = createDemoApi({ url: ports.publicUrl, key, fetch });
    const options = browserRoute(log);
    returnRoutes(server, { ports, api }, options);
    await server.register(webhookRoutes(createReceivedWebhooks(webhookSecret), options));
  };
