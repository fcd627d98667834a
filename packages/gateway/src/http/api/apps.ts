import type { z } from "zod";
import { isoOf } from "../../domain/iso-time.js";
import { Problem } from "../../domain/problem.js";
import { brokerInfo, putApp } from "../../flows/apps.js";
import { callbackUrlOf } from "../../flows/open-app.js";
import { logOutVendor } from "../../flows/vendor-session.js";
import type { App } from "../../ports/apps.js";
import type { Ports } from "../../ports/ports.js";
import { logoPath } from "../pages/app-look.js";
import { app, putApp as putAppBody } from "../schemas/apps.js";
import { broker } from "../schemas/brokers.js";
import { cursorText, listed, pageQuery } from "../schemas/page.js";
import { answers, nothing } from "../schemas/problem.js";
import { idParams, noQuery } from "../schemas/values.js";
import { type ApiServer, needs } from "./api-server.js";

/** A logo of 64 KiB in base64, and the rest of an app; in bytes. */
const putAppLimit = 131_072;

/** The brokers, and the tenant's registrations with them. */
export function appRoutes(server: ApiServer, ports: Ports): void {
  const showApp = (row: App) => ({
    id: row.id,
    broker: row.broker,
    environment: row.environment,
    return_urls: [...row.returnUrls],
    egress: row.egress,
    order_budget: { per_connection: row.ordersPerConnection, per_app: row.ordersPerApp },
    display: {
      name: row.displayName,
      accent: row.accent,
      logo_url: logoPath(row) === undefined ? null : `${ports.publicUrl}${logoPath(row)}`,
    },
    callback_url: callbackUrlOf(ports, row) ?? null,
    created_at: isoOf(row.createdAt),
    updated_at: isoOf(row.updatedAt),
  });

  server.get(
    "/v1/brokers",
    {
      config: needs("read"),
      schema: {
        summary: "The brokers, their traits, and what an app needs at each",
        querystring: noQuery,
        response: answers(200, listed(broker)),
      },
    },
    async () => ({ items: brokerInfo(ports) as z.infer<typeof broker>[], next: null }),
  );

  server.get(
    "/v1/apps",
    {
      config: needs("read"),
      schema: {
        summary: "The tenant's apps",
        querystring: pageQuery,
        response: answers(200, listed(app)),
      },
    },
    async ({ caller, query }) => {
      const page = { limit: query.limit, after: query.cursor };
      const { items, next } = await ports.store.apps.list(caller.tenant, page);
      return { items: items.map(showApp), next: cursorText(next) };
    },
  );

  server.get(
    "/v1/apps/:id",
    {
      config: needs("read"),
      schema: {
        summary: "An app, without its keys",
        params: idParams,
        response: answers(200, app),
      },
    },
    async ({ caller, params }) => {
      const found = await ports.store.apps.get(caller.tenant, params.id);
      if (!found) throw new Problem("not_found");
      return showApp(found);
    },
  );

  server.put(
    "/v1/apps/:id",
    {
      config: needs("admin"),
      bodyLimit: putAppLimit,
      schema: {
        summary: "Add or change an app; the answer holds the callback URL to register at the broker",
        params: idParams,
        body: putAppBody,
        response: answers(200, app),
      },
    },
    async ({ caller, params, body }) =>
      showApp(await putApp(ports, caller.tenant, params.id, body, caller.id)),
  );

  server.delete(
    "/v1/apps/:id/vendor-session",
    {
      config: needs("admin"),
      schema: {
        summary: "Log an app's vendor session out: all its users must log in again",
        params: idParams,
        response: nothing,
      },
    },
    async ({ caller, params }, reply) => {
      await logOutVendor(ports, caller.tenant, params.id, caller.id);
      return reply.code(204).send(null);
    },
  );
}
