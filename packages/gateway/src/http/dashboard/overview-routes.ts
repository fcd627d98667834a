import type { FastifyRequest } from "fastify";
import { dayPicture } from "../../flows/day-picture.js";
import { mostCounted } from "../../flows/day-sessions.js";
import { historyNames } from "../../flows/history-names.js";
import { overview } from "../../flows/overview.js";
import type { LinkedNotReady } from "../../flows/readiness-rows.js";
import type { ConnectionSummary } from "../../ports/connections.js";
import type { Ports } from "../../ports/ports.js";
import { type OverviewView, overviewPage } from "../pages/dashboard/overview.js";
import { connectOffers } from "./connect-offers.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { type Notices, noticeIn } from "./notices.js";
import { notReadyRows } from "./readiness-routes.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

const notices: Notices = {
  connected: { tone: "good", text: "Connected: calls can be made from now on." },
};

/** One that is out already, whatever moment is asked for. */
const atOnce = (connection: ConnectionSummary, now: number, connectUrl = ""): LinkedNotReady => ({
  connection,
  at: now,
  live: "no",
  connectUrl,
});

async function viewOf(ports: Ports, request: FastifyRequest): Promise<Omit<OverviewView, "offers" | "demo">> {
  const { operator } = request;
  const { tenant } = operator;
  const now = ports.now();
  const { out, unsure, soon, first, ...rest } = await overview(ports, tenant);
  return {
    ...rest,
    now,
    mostCounted,
    out: await notReadyRows(
      ports,
      operator,
      out.map(({ connection, connectUrl }) => atOnce(connection, now, connectUrl)),
    ),
    unsure: await notReadyRows(
      ports,
      operator,
      unsure.map((connection) => atOnce(connection, now)),
    ),
    soon: { ...soon, rows: await notReadyRows(ports, operator, soon.items) },
    first: first && { at: first.at, country: ports.brokers.traits[first.broker].country },
    names: await historyNames(ports, tenant, { events: rest.events }),
    day: await dayPicture(ports, tenant),
    notice: noticeIn(request, notices),
  };
}

/** `/`: what needs somebody now. */
export const overviewRoutes: DashboardRoutes = (server, ports, options) => {
  server.get("/", options, async (request, reply) => {
    const { view: offers, formLeadsTo } = await connectOffers(ports, request.operator);
    const demo = server.dashboardFrame.sandboxPanel !== undefined;
    const page = overviewPage({ ...(await viewOf(ports, request)), offers, demo });
    return sendDashboardPage(reply, request, page, { formLeadsTo });
  });
};
