import type { FastifyReply, FastifyRequest } from "fastify";
import { Secret } from "kunji";
import { z } from "zod";
import { Problem } from "../../domain/problem.js";
import { confirmConnection } from "../../flows/confirm-connection.js";
import { ownConnection } from "../../flows/own-connections.js";
import { findWaiting } from "../../flows/waiting-session.js";
import type { Connection } from "../../ports/connections.js";
import { readForm } from "../browser/form.js";
import { goTo } from "../browser/go-to.js";
import { giveCookies } from "../browser/outcome.js";
import { notConnectedPage, type OwnLoginView, whoseAccountPage } from "../pages/dashboard/connected.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { loginPlaces } from "./login-places.js";
import { goToSaying } from "./notices.js";
import { failedPath, forgottenLogin, hasBegun } from "./own-login.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

const back = z.object({
  connection: z.string().min(1),
  code: z.string().min(1).optional(),
  error: z.string().optional(),
});
const yes = z.object({ connection: z.string().min(1), code: z.string().min(1) });

/** `/connected`: where an operator's browser comes back with a login of their own, which this confirms. */
export const connectedRoutes: DashboardRoutes = (server, ports, options) => {
  const viewOf = ({ id, app, broker, account, expectedAccount }: Connection): OwnLoginView => ({
    connection: id,
    app,
    traits: ports.brokers.traits[broker],
    account: account ?? expectedAccount,
  });

  /** The operator's own connection that is named, and its app. */
  async function own({ operator }: FastifyRequest, id: string) {
    const connection = await ownConnection(ports, operator, id);
    const app = await ports.store.apps.get(connection.tenant, connection.app);
    if (!app) throw new Problem("not_found");
    return { connection, app };
  }

  /** On to an address without the code: whoever loads it again sees the outcome again. */
  async function confirm(
    { operator }: FastifyRequest,
    reply: FastifyReply,
    { connection: { tenant, id }, app }: Awaited<ReturnType<typeof own>>,
    code: string,
  ) {
    try {
      await confirmConnection(ports, tenant, id, { code, user: operator.name }, operator.id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return goTo(reply, failedPath(id, error.code));
    }
    giveCookies(ports, reply, [forgottenLogin(ports, app)]);
    return goToSaying(reply, `/connections/${encodeURIComponent(id)}`, "connected");
  }

  server.get("/connected", options, async (request, reply) => {
    const { connection: id, code, error } = readForm(back, request.query);
    const found = await own(request, id);
    const { connection, app } = found;
    if (code === undefined) {
      const page = notConnectedPage(viewOf(connection), error ?? "login_cancelled");
      return sendDashboardPage(reply, request, page, { formLeadsTo: loginPlaces(ports, [app]) });
    }
    if (hasBegun(ports, request, app, id)) return confirm(request, reply, found, code);
    // Somebody else's browser may have logged in, and this one been led here with what came of it.
    const waiting = await findWaiting(ports, connection, "code", new Secret(code));
    if (!waiting) return goTo(reply, failedPath(id, "code_refused"));
    const { account } = waiting.session;
    return sendDashboardPage(reply, request, whoseAccountPage({ ...viewOf(connection), account }, code));
  });

  server.post("/connected", options, async (request, reply) => {
    const { connection: id, code } = readForm(yes, request.body);
    return confirm(request, reply, await own(request, id), code);
  });
};
