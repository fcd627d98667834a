import type { FastifyReply, FastifyRequest } from "fastify";
import { type DashboardPage, dashboardPage } from "../pages/dashboard/frame.js";
import { pagePolicy, type Sending } from "../pages/send-page.js";

/** What every page's frame shows. */
export interface FrameFacts {
  /** ms since 1970, UTC */
  readonly now: () => number;
  /** Where the sandbox is steered, in the demo. */
  readonly sandboxPanel?: string | undefined;
}

declare module "fastify" {
  interface FastifyInstance {
    dashboardFrame: FrameFacts;
  }
}

interface FramedSending extends Sending {
  /** Where the answer is none of a dashboard's route. */
  readonly frame?: FrameFacts;
}

/** The policy of a page with the dashboard's script, which reads pages and events of its own origin alone. */
const dashboardPolicy = (formLeadsTo?: readonly string[]): string =>
  `${pagePolicy(formLeadsTo)}; script-src 'self'; connect-src 'self'`;

/** Answers with a page of the dashboard, behind a guard of kind `operator_page`. */
export async function sendDashboardPage(
  reply: FastifyReply,
  request: FastifyRequest,
  page: DashboardPage,
  { status = 200, formLeadsTo, frame = request.server.dashboardFrame }: FramedSending = {},
): Promise<FastifyReply> {
  const { now, sandboxPanel } = frame;
  const view = { operator: request.operator.name, now: now(), sandboxPanel };
  return reply
    .code(status)
    .headers({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": dashboardPolicy(formLeadsTo),
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    })
    .send(String(await dashboardPage(page, view)));
}
