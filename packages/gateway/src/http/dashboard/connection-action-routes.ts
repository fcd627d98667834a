import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { closeConnection } from "../../flows/close-connection.js";
import { reconnect, toDashboard } from "../../flows/connections.js";
import { isOwn } from "../../flows/own-connections.js";
import { readForm } from "../browser/form.js";
import { goTo } from "../browser/go-to.js";
import { actionsView } from "./connection-extras.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { goToSaying } from "./notices.js";
import { connectionAt, showConnection } from "./show-connection.js";

type OfConnection = FastifyRequest<{ Params: { id: string } }>;

const endForm = z.object({ sure: z.literal("yes").optional() });

/** What operators do with a connection on its page: a link to send, and its end. */
export const connectionActionRoutes: DashboardRoutes = (server, ports, options) => {
  const pathOf = (id: string): string => `/connections/${encodeURIComponent(id)}`;

  server.post("/connections/:id/link", options, async (request: OfConnection, reply) => {
    const { operator } = request;
    const row = await connectionAt(ports, request, request.params.id);
    const { tenant, id } = row;
    const returnUrl = isOwn(ports, operator, row) ? toDashboard : undefined;
    const { connection, link } = await reconnect(ports, tenant, { connection: id, returnUrl }, operator.id);
    const actions = await actionsView(ports, operator, connection, { made: link });
    return showConnection(ports, request, reply, id, { actions, status: 201 });
  });

  server.post("/connections/:id/end", options, async (request: OfConnection, reply) => {
    const { operator } = request;
    const connection = await connectionAt(ports, request, request.params.id);
    const { tenant, id } = connection;
    if (readForm(endForm, request.body).sure === undefined) {
      const unsure = "Tick that you mean it: an end can’t be taken back.";
      const actions = await actionsView(ports, operator, connection, { unsure });
      return showConnection(ports, request, reply, id, { actions, status: 422 });
    }
    await closeConnection(ports, tenant, id, operator.id);
    return goToSaying(reply, pathOf(id), "closed");
  });

  // Whoever loads the address of an answer again finds the connection.
  for (const form of ["link", "end"])
    server.get(`/connections/:id/${form}`, options, (request: OfConnection, reply) =>
      goTo(reply, pathOf(request.params.id)),
    );
};
