import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../domain/problem.js";
import type { Logbook } from "../../ports/logbook.js";
import type { SignedIn } from "../../ports/operator-sessions.js";
import { goTo } from "../browser/go-to.js";
import { problemAnswer, wantsPage } from "../browser/problem-answer.js";
import { faultOf } from "../keep-log.js";
import { refusedPage } from "../pages/dashboard/refused.js";
import { problemBody, problemOf } from "../problem-details.js";
import { sendDashboardPage } from "./send-dashboard-page.js";

/** Where somebody signs in who wants to see this page: after a form, the dashboard's first one. */
const signInFor = ({ method, raw }: FastifyRequest): string =>
  `/sign-in?${new URLSearchParams({ next: method === "GET" ? (raw.url ?? "/") : "/" })}`;

/** Where the cookie opens nothing a person is led to the sign-in page; what else goes wrong is said within the frame. */
const operatorAnswer = (log: Logbook | undefined) => {
  const answer = problemAnswer(log);
  return (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = problemOf(error);
    if (!wantsPage(request)) return answer(error, request, reply);
    if (problem.code === "sign_in_needed") return goTo(reply, signInFor(request));
    const operator: SignedIn | null = request.operator;
    if (!operator) return answer(error, request, reply);
    if (problem.code === "internal") log?.failed(faultOf(error, request));
    const { status, headers } = problemBody(problem, request.id);
    const { "content-type": _, ...others } = headers;
    return sendDashboardPage(reply.headers(others), request, refusedPage(problem, request.id), { status });
  };
};

/** No database keeps the character zero: what an address names with one is nowhere. */
async function refuseZero({ params }: FastifyRequest): Promise<void> {
  if (Object.values(params as Record<string, string>).some((value) => value.includes("\0")))
    throw new Problem("not_found");
}

/** What every route of the dashboard is registered with: its guard, and pages for what goes wrong. */
export const operatorRoute = (log: Logbook | undefined) =>
  ({
    config: { guard: { kind: "operator_page" } },
    onRequest: refuseZero,
    errorHandler: operatorAnswer(log),
  }) as const;

export type OperatorRoute = ReturnType<typeof operatorRoute>;
