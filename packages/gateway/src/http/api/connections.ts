import { isoOf, isoOrNull } from "../../domain/iso-time.js";
import { Problem } from "../../domain/problem.js";
import { closeConnection } from "../../flows/close-connection.js";
import { confirmConnection } from "../../flows/confirm-connection.js";
import { changeConnection, createConnection, reconnect } from "../../flows/connections.js";
import type { ConnectionSummary } from "../../ports/connections.js";
import type { Ports } from "../../ports/ports.js";
import {
  connection,
  connectionQuery,
  connectLink,
  patchConnection,
  postConfirm,
  postConnection,
} from "../schemas/connections.js";
import { cursorText, listed } from "../schemas/page.js";
import { answers, nothing } from "../schemas/problem.js";
import { idParams } from "../schemas/values.js";
import { type ApiServer, needs } from "./api-server.js";

const showConnection = (row: ConnectionSummary) => ({
  id: row.id,
  app: row.app,
  broker: row.broker,
  user: row.user,
  account: row.account,
  expected_account: row.expectedAccount,
  status: row.status,
  reason: row.reason,
  generation: row.generation,
  started_at: isoOrNull(row.startedAt),
  used_at: isoOrNull(row.usedAt),
  ends_at: isoOrNull(row.endsAt),
  return_url: row.returnUrl,
  egress: row.egress,
  created_at: isoOf(row.createdAt),
  updated_at: isoOf(row.updatedAt),
});

export function connectionRoutes(server: ApiServer, ports: Ports): void {
  server.get(
    "/v1/connections",
    {
      config: needs("read"),
      schema: {
        summary: "The tenant's connections",
        querystring: connectionQuery,
        response: answers(200, listed(connection)),
      },
    },
    async ({ caller, query }) => {
      const { limit, cursor, ends_before: endsBefore, ...filter } = query;
      const { items, next } = await ports.store.connections.list(
        caller.tenant,
        { ...filter, endsBefore },
        { limit, after: cursor },
      );
      return { items: items.map(showConnection), next: cursorText(next) };
    },
  );

  server.post(
    "/v1/connections",
    {
      config: needs("connect"),
      schema: {
        summary: "Begin a new connection, or log one in again",
        description: "Send the user's browser to `connect_url`.",
        body: postConnection,
        response: answers(201, connectLink),
      },
    },
    async ({ caller, body }, reply) => {
      const { connection: made, link } =
        "connection" in body
          ? await reconnect(
              ports,
              caller.tenant,
              { connection: body.connection, returnUrl: body.return_url },
              caller.id,
            )
          : await createConnection(
              ports,
              caller.tenant,
              {
                app: body.app,
                user: body.user,
                returnUrl: body.return_url,
                expectedAccount: body.expected_account,
                egress: body.egress,
              },
              caller.id,
            );
      reply.code(201);
      return { id: made.id, connect_url: link.url, expires_at: isoOf(link.expiresAt) };
    },
  );

  server.get(
    "/v1/connections/:id",
    {
      config: needs("read"),
      schema: { summary: "A connection", params: idParams, response: answers(200, connection) },
    },
    async ({ caller, params }) => {
      const found = await ports.store.connections.get(caller.tenant, params.id);
      if (!found) throw new Problem("not_found");
      return showConnection(found);
    },
  );

  server.patch(
    "/v1/connections/:id",
    {
      config: needs("connect"),
      schema: {
        summary: "Give a connection a proxy of its own, or take it away",
        params: idParams,
        body: patchConnection,
        response: answers(200, connection),
      },
    },
    async ({ caller, params, body }) =>
      showConnection(await changeConnection(ports, caller.tenant, params.id, body, caller.id)),
  );

  server.delete(
    "/v1/connections/:id",
    {
      config: needs("connect"),
      schema: {
        summary: "Log a connection out where its broker can, and erase its session",
        params: idParams,
        response: nothing,
      },
    },
    async ({ caller, params }, reply) => {
      await closeConnection(ports, caller.tenant, params.id, caller.id);
      return reply.code(204).send(null);
    },
  );

  server.post(
    "/v1/connections/:id/confirm",
    {
      config: needs("connect"),
      schema: {
        summary: "Confirm a login by its one-time code, for the user of your own browser session",
        params: idParams,
        body: postConfirm,
        response: answers(200, connection),
      },
    },
    async ({ caller, params, body }) =>
      showConnection(await confirmConnection(ports, caller.tenant, params.id, body, caller.id)),
  );
}
