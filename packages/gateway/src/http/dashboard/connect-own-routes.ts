import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { chosenId } from "../../domain/chosen-id.js";
import { connectOwn, logInOwn } from "../../flows/own-connections.js";
import { readForm } from "../browser/form.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { beginOwn } from "./own-login.js";

const connectForm = z.object({ app: z.string().regex(chosenId) });

/** The buttons that connect an operator's own account, or log it in again: each leads straight to the broker. */
export const connectOwnRoutes: DashboardRoutes = (server, ports, options) => {
  server.post("/connections/connect", options, async (request, reply) => {
    const { app } = readForm(connectForm, request.body);
    return beginOwn(ports, request, reply, await connectOwn(ports, request.operator, app));
  });

  server.post(
    "/connections/:id/log-in",
    options,
    async (request: FastifyRequest<{ Params: { id: string } }>, reply) =>
      beginOwn(ports, request, reply, await logInOwn(ports, request.operator, request.params.id)),
  );
};
