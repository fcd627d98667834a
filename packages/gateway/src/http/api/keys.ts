import { isoOf, isoOrNull } from "../../domain/iso-time.js";
import { addKey, endKey } from "../../flows/api-keys.js";
import type { ApiKey } from "../../ports/api-keys.js";
import type { Ports } from "../../ports/ports.js";
import { apiKey, newApiKey, postKey } from "../schemas/keys.js";
import { cursorText, listed, pageQuery } from "../schemas/page.js";
import { answers, nothing } from "../schemas/problem.js";
import { idParams } from "../schemas/values.js";
import { type ApiServer, needs } from "./api-server.js";

export const showKey = ({ id, name, scopes, calls, createdAt, endedAt }: ApiKey) => ({
  id,
  name,
  scopes: [...scopes],
  calls: [...calls],
  created_at: isoOf(createdAt),
  ended_at: isoOrNull(endedAt),
});

export function keyRoutes(server: ApiServer, ports: Ports): void {
  server.get(
    "/v1/keys",
    {
      config: needs("admin"),
      schema: {
        summary: "The tenant's API keys",
        querystring: pageQuery,
        response: answers(200, listed(apiKey)),
      },
    },
    async ({ caller, query }) => {
      const { items, next } = await ports.store.apiKeys.list(caller.tenant, {
        limit: query.limit,
        after: query.cursor,
      });
      return { items: items.map(showKey), next: cursorText(next) };
    },
  );

  server.post(
    "/v1/keys",
    {
      config: { ...needs("admin"), showsSecret: true },
      schema: {
        summary: "Make an API key, which is shown this once",
        description: "A key may hand on only the scopes and calls that it has itself.",
        body: postKey,
        response: answers(201, newApiKey),
      },
    },
    async ({ caller, body }, reply) => {
      const made = await addKey(ports, caller, body);
      reply.code(201);
      return { ...showKey(made.apiKey), key: made.text.reveal() };
    },
  );

  server.delete(
    "/v1/keys/:id",
    {
      config: needs("admin"),
      schema: { summary: "End an API key", params: idParams, response: nothing },
    },
    async ({ caller, params }, reply) => {
      await endKey(ports, caller, params.id);
      server.forgetKeys(caller.tenant);
      return reply.code(204).send(null);
    },
  );
}
