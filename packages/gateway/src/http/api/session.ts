import { isoOrNull } from "../../domain/iso-time.js";
import { readHeaders } from "../../flows/read-headers.js";
import type { Ports } from "../../ports/ports.js";
import { sessionHeaders, sessionQuery } from "../schemas/connections.js";
import { answers } from "../schemas/problem.js";
import { idParams } from "../schemas/values.js";
import { type ApiServer, needs } from "./api-server.js";

export function sessionRoutes(server: ApiServer, ports: Ports): void {
  server.get(
    "/v1/connections/:id/session",
    {
      config: needs("session"),
      schema: {
        summary: "The headers for a call to the broker; each reading is audited",
        params: idParams,
        querystring: sessionQuery,
        response: answers(200, sessionHeaders),
      },
    },
    async ({ caller, params, query }) => {
      const minMs = (query.min ?? 0) * 1_000;
      const { connection, baseUrl, headers, endsAt } = await readHeaders(ports, caller, params.id, minMs);
      return {
        connection: connection.id,
        broker: connection.broker,
        account: connection.account,
        generation: connection.generation,
        base_url: baseUrl,
        headers: Object.fromEntries(Object.entries(headers).map(([name, secret]) => [name, secret.reveal()])),
        ends_at: isoOrNull(endsAt),
      };
    },
  );
}
