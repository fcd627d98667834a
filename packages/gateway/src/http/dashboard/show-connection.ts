import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../domain/problem.js";
import { connectionHistory } from "../../flows/connection-history.js";
import { whyItEnds } from "../../flows/why-it-ends.js";
import type { Connection } from "../../ports/connections.js";
import { connectionPage } from "../pages/dashboard/connection.js";
import type { Notice } from "../pages/dashboard/frame.js";
import { type ConnectionExtras, connectionExtras, connectionNotices } from "./connection-extras.js";
import type { DashboardPorts } from "./dashboard-routes.js";
import { noticeIn } from "./notices.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

/** What a form of the page brought about, where the page itself says it: the link that was made, the answer to a call. */
export interface ShownWith extends Partial<ConnectionExtras> {
  readonly notice?: Notice | undefined;
  /** 200 by default. */
  readonly status?: number | undefined;
}

/**
 * The tenant's connection that an address names.
 * @throws Problem `not_found` also for another tenant's; StoreProblem
 */
export async function connectionAt(
  { store }: Pick<DashboardPorts, "store">,
  { operator }: Pick<FastifyRequest, "operator">,
  id: string,
): Promise<Connection> {
  const found = await store.connections.get(operator.tenant, id);
  if (!found) throw new Problem("not_found");
  return found;
}

/**
 * Answers with a connection's page.
 * @throws Problem `not_found` also for another tenant's; StoreProblem
 */
export async function showConnection(
  ports: DashboardPorts,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
  { notice, status = 200, ...given }: ShownWith = {},
): Promise<FastifyReply> {
  const { operator } = request;
  const connection = await connectionAt(ports, request, id);
  const app = await ports.store.apps.get(operator.tenant, connection.app);
  if (!app) throw new Problem("not_found");
  const extras = { ...(await connectionExtras(ports, operator, connection)), ...given };
  const { sealedSession: _, sealedEgress: __, ...summary } = connection;
  const page = connectionPage(
    {
      connection: summary,
      app,
      traits: ports.brokers.traits[connection.broker],
      now: ports.now(),
      ends: whyItEnds(ports, connection),
      history: await connectionHistory(ports, connection),
      notice: notice ?? noticeIn(request, connectionNotices),
    },
    extras.actions,
    extras.tryCall,
  );
  return sendDashboardPage(reply, request, page, { status, formLeadsTo: extras.formLeadsTo });
}
