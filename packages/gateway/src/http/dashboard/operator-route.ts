import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logbook } from "../../ports/logbook.js";
import { goTo } from "../browser/go-to.js";
import { problemAnswer, wantsPage } from "../browser/problem-answer.js";
import { problemOf } from "../problem-details.js";

/** Where somebody signs in who wants to see this page: after a form, the dashboard's first one. */
const signInFor = ({ method, raw }: FastifyRequest): string =>
  `/sign-in?${new URLSearchParams({ next: method === "GET" ? (raw.url ?? "/") : "/" })}`;

/** Where the cookie opens nothing a person is led to the sign-in page, and any other caller told so. */
const operatorAnswer = (log: Logbook | undefined) => {
  const answer = problemAnswer(log);
  return (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    problemOf(error).code === "sign_in_needed" && wantsPage(request)
      ? goTo(reply, signInFor(request))
      : answer(error, request, reply);
};

/** What every route of the dashboard is registered with: its guard, and pages for what goes wrong. */
export const operatorRoute = (log: Logbook | undefined) =>
  ({ config: { guard: { kind: "operator_page" } }, errorHandler: operatorAnswer(log) }) as const;

export type OperatorRoute = ReturnType<typeof operatorRoute>;
