import type { FastifyRequest } from "fastify";
import { historyNames } from "../../flows/history-names.js";
import { activityPage, auditPage, eventsPage, type NewestPart } from "../pages/dashboard/activity.js";
import type { DashboardRoutes } from "./dashboard-routes.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

/** So many on the page of everything, and so many on a page of their own. */
const [few, many] = [10, 25];

/** The sequence before which a list is to begin; `undefined` where the address names none. */
function before({ query }: Pick<FastifyRequest, "query">): number | undefined {
  const { before: given } = query as Readonly<Record<string, unknown>>;
  return typeof given === "string" && /^[1-9]\d{0,14}$/.test(given) ? Number(given) : undefined;
}

/** One more is read than is shown: whether there are older ones. */
function part<T extends { readonly sequence: number }>(
  found: readonly T[],
  limit: number,
  path: string,
): NewestPart<T> {
  const items = found.slice(0, limit);
  const older = found.length > limit ? `${path}?before=${items.at(-1)?.sequence}` : undefined;
  return { items, older };
}

/** `/activity`: numbers at a glance, what happened, and who did what. */
export const activityRoutes: DashboardRoutes = (server, ports, options) => {
  const { store, brokers, metrics } = ports;

  server.get("/activity", options, async (request, reply) => {
    const { tenant, ofGateway } = request.operator;
    const [events, audit, numbers] = await Promise.all([
      store.events.newest(tenant, { limit: few + 1 }),
      store.audit.newest(tenant, { limit: few + 1 }),
      // They count every tenant's: for whom the gateway is, as `/metrics`.
      ofGateway ? metrics.glance() : undefined,
    ]);
    const shown = {
      events: part(events, few, "/activity/events"),
      audit: part(audit, few, "/activity/audit"),
    };
    const names = await historyNames(ports, tenant, { events: shown.events.items, audit: shown.audit.items });
    const page = activityPage({
      ...shown,
      names,
      numbers,
      brokers: (broker) => brokers.traits[broker].name,
    });
    return sendDashboardPage(reply, request, page);
  });

  server.get("/activity/events", options, async (request, reply) => {
    const { tenant } = request.operator;
    const from = before(request);
    const found = await store.events.newest(tenant, { limit: many + 1, before: from });
    const events = part(found, many, "/activity/events");
    const names = await historyNames(ports, tenant, { events: events.items });
    return sendDashboardPage(reply, request, eventsPage({ ...events, names, from }));
  });

  server.get("/activity/audit", options, async (request, reply) => {
    const { tenant } = request.operator;
    const from = before(request);
    const found = await store.audit.newest(tenant, { limit: many + 1, before: from });
    const audit = part(found, many, "/activity/audit");
    const names = await historyNames(ports, tenant, { audit: audit.items });
    return sendDashboardPage(reply, request, auditPage({ ...audit, names, from }));
  });
};
