import { z } from "zod";
import { connectionsNotClosed } from "../../flows/connections-not-closed.js";
import type { ConnectionSummary } from "../../ports/connections.js";
import { type ConnectionsWish, connectionsPage } from "../pages/dashboard/connections.js";
import { brokerId, givenText, status } from "../schemas/values.js";
import { connectOffers } from "./connect-offers.js";
import type { DashboardPorts, DashboardRoutes } from "./dashboard-routes.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

/** Rows on a page, and what a search finds at most. */
const limit = 50;
/** Nobody counts further. */
const mostCounted = 1_000;
/** As many apps as the filter offers. */
const mostApps = 200;

/** What can't be meant is left out: an address is typed by people, too. */
const chosen = <T extends z.ZodType>(shape: T) => shape.optional().catch(undefined);
const query = z.object({
  status: chosen(status),
  broker: chosen(brokerId),
  app: chosen(givenText.min(1)),
  q: chosen(givenText.trim().min(1).max(200)),
  after: chosen(givenText.min(1)),
});

interface Found {
  readonly items: readonly ConnectionSummary[];
  readonly next: string | null;
  readonly more: boolean;
}

async function find(ports: DashboardPorts, tenant: string, wish: ConnectionsWish): Promise<Found> {
  const { q, after, status: wanted, ...filter } = wish;
  const { connections } = ports.store;
  if (q !== undefined) {
    const found = await connections.search(tenant, q, limit + 1);
    return { items: found.slice(0, limit), next: null, more: found.length > limit };
  }
  const page = { limit, ...(after !== undefined && { after: { id: after } }) };
  const { items, next } =
    wanted === undefined
      ? await connectionsNotClosed(ports, tenant, filter, page)
      : await connections.list(tenant, { ...filter, status: wanted }, page);
  return { items, next: next?.id ?? null, more: false };
}

/** `/connections`: the tenant's connections, by status, broker and app, and what a text finds. */
export const connectionsRoutes: DashboardRoutes = (server, ports, options) => {
  server.get("/connections", options, async (request, reply) => {
    const { operator } = request;
    const { tenant } = operator;
    const wish = query.parse(request.query);
    const { connections, apps } = ports.store;
    const [counts, known, found] = await Promise.all([
      connections.counts(tenant, mostCounted),
      apps.list(tenant, { limit: mostApps }),
      find(ports, tenant, wish),
    ]);
    const any = Object.values(counts).some((count) => count > 0);
    const offered = any ? undefined : await connectOffers(ports, operator);
    const page = connectionsPage({
      ...found,
      wish,
      counts,
      mostCounted,
      traits: ports.brokers.traits,
      apps: known.items,
      offers: offered?.view,
      now: ports.now(),
    });
    return sendDashboardPage(reply, request, page, { ...(offered && { formLeadsTo: offered.formLeadsTo }) });
  });
};
