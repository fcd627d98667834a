import { overviewPage } from "../pages/dashboard/overview.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

/** `/`: what needs somebody now. */
export const overviewRoutes: DashboardRoutes = (server, _ports, options) => {
  server.get("/", options, (request, reply) => sendDashboardPage(reply, request, overviewPage()));
};
