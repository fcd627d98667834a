import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../domain/problem.js";
import type { App } from "../../ports/apps.js";
import { appPage } from "../pages/dashboard/app.js";
import { type AppSaid, appView } from "./app-views.js";
import type { DashboardPorts } from "./dashboard-routes.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

/** A request of an app's page or of one of its forms. */
export type OfApp = FastifyRequest<{ Params: { id: string } }>;

/** The operator's app that the address names. @throws Problem `not_found` */
export async function ownApp(
  { store }: Pick<DashboardPorts, "store">,
  { operator, params }: OfApp,
): Promise<App> {
  const app = await store.apps.get(operator.tenant, params.id);
  if (!app) throw new Problem("not_found");
  return app;
}

/** Answers with an app's page, and with what is said on it. */
export const showApp =
  (server: FastifyInstance, ports: DashboardPorts) =>
  async (request: OfApp, reply: FastifyReply, app: App, said: AppSaid, status = 200) => {
    const { sandboxPanel } = server.dashboardFrame;
    const page = appPage(await appView(ports, app, { ...said, sandboxPanel }));
    return sendDashboardPage(reply, request, page, { status });
  };
