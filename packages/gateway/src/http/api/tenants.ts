import { isoOf, isoOrNull } from "../../domain/iso-time.js";
import { addTenant, endTenant } from "../../flows/tenants.js";
import type { Ports } from "../../ports/ports.js";
import type { Tenant } from "../../ports/tenants.js";
import { cursorText, listed, pageQuery } from "../schemas/page.js";
import { answers, nothing } from "../schemas/problem.js";
import { newTenant, postTenant, tenant } from "../schemas/tenants.js";
import { idParams } from "../schemas/values.js";
import { type ApiServer, operator } from "./api-server.js";
import { showKey } from "./keys.js";

const showTenant = ({ id, name, createdAt, endedAt }: Tenant) => ({
  id,
  name,
  created_at: isoOf(createdAt),
  ended_at: isoOrNull(endedAt),
});

export function tenantRoutes(server: ApiServer, ports: Ports): void {
  server.get(
    "/v1/tenants",
    {
      config: operator,
      schema: {
        summary: "The tenants that yours has made",
        querystring: pageQuery,
        response: answers(200, listed(tenant)),
      },
    },
    async ({ caller, query }) => {
      const { items, next } = await ports.store.tenants.list(caller.tenant, {
        limit: query.limit,
        after: query.cursor,
      });
      return { items: items.map(showTenant), next: cursorText(next) };
    },
  );

  server.post(
    "/v1/tenants",
    {
      config: { ...operator, showsSecret: true },
      schema: {
        summary: "Make a tenant with its first API key, which is shown this once",
        body: postTenant,
        response: answers(201, newTenant),
      },
    },
    async ({ caller, body }, reply) => {
      const made = await addTenant(ports, caller, body);
      reply.code(201);
      return {
        ...showTenant(made.tenant),
        api_key: { ...showKey(made.apiKey), key: made.text.reveal() },
      };
    },
  );

  server.delete(
    "/v1/tenants/:id",
    {
      config: operator,
      schema: {
        summary: "End a tenant: its API keys and webhooks at once, then its connections and their sessions",
        params: idParams,
        response: nothing,
      },
    },
    async ({ caller, params }, reply) => {
      await endTenant(ports, caller, params.id);
      server.forgetKeys(params.id);
      return reply.code(204).send(null);
    },
  );
}
