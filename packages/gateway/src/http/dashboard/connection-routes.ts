import type { FastifyRequest } from "fastify";
import { olderAudit, olderEvents } from "../../flows/connection-history.js";
import type { Connection } from "../../ports/connections.js";
import { type HistoryKind, olderPage } from "../pages/dashboard/connection-history.js";
import { auditList, eventList } from "../pages/dashboard/history-list.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { sendDashboardPage } from "./send-dashboard-page.js";
import { connectionAt, showConnection } from "./show-connection.js";

type OfConnection = FastifyRequest<{ Params: { id: string } }>;

/** The sequence that an address names; `undefined` where it names none. */
function sequenceIn(text: unknown): number | undefined {
  const sequence = typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  return sequence === 0 ? undefined : sequence;
}

/** `/connections/:id`: one connection, and what has happened to it. */
export const connectionRoutes: DashboardRoutes = (server, ports, options) => {
  server.get("/connections/:id", options, (request: OfConnection, reply) =>
    showConnection(ports, request, reply, request.params.id),
  );

  async function rowsOf(kind: HistoryKind, of: Connection, before?: number) {
    const on = { here: of.id, country: ports.brokers.traits[of.broker].country };
    if (kind === "events") {
      const { items, before: next, names } = await olderEvents(ports, of, before);
      return { next, rows: items.length > 0 ? eventList(items, names, on) : undefined };
    }
    const { items, before: next, names } = await olderAudit(ports, of, before);
    return { next, rows: items.length > 0 ? auditList(items, names, on) : undefined };
  }

  for (const kind of ["events", "audit"] as const)
    server.get(`/connections/:id/${kind}`, options, async (request: OfConnection, reply) => {
      const connection = await connectionAt(ports, request, request.params.id);
      const before = sequenceIn((request.query as Readonly<Record<string, unknown>>).before);
      const { next, rows } = await rowsOf(kind, connection, before);
      const broker = ports.brokers.traits[connection.broker].name;
      const shown = { before: next, isFirst: before === undefined, rows };
      return sendDashboardPage(reply, request, olderPage({ connection, broker, kind, ...shown }));
    });
};
