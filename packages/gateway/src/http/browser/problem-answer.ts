import type { FastifyReply, FastifyRequest } from "fastify";
import type { Problem } from "../../domain/problem.js";
import type { Logbook } from "../../ports/logbook.js";
import { faultOf } from "../keep-log.js";
import type { Page } from "../pages/layout.js";
import { problemPage, type WaysOn } from "../pages/problem-page.js";
import { sendPage } from "../pages/send-page.js";
import { problemBody, problemOf } from "../problem-details.js";

/** Browsers ask for HTML by name; other clients take anything, and get what the API answers. */
export const wantsPage = ({ headers }: FastifyRequest): boolean =>
  /\btext\/html\b/i.test(headers.accept ?? "");

/** Finds where a browser may go from a failure. */
export type FindWaysOn = (request: FastifyRequest, problem: Problem) => Promise<WaysOn>;

/** What was thrown, as a problem; a fault of the gateway's own is noted. */
export function notedProblem(log: Logbook | undefined, error: unknown, request: FastifyRequest): Problem {
  const problem = problemOf(error);
  if (problem.code === "internal") log?.failed(faultOf(error, request));
  return problem;
}

/** A failure as a page, with the ways on. */
export async function problemPageFor(
  problem: Problem,
  request: FastifyRequest,
  waysOn?: FindWaysOn,
): Promise<Page> {
  // Nobody is kept from the failure itself by what could not be found out about the way on.
  const on = await waysOn?.(request, problem).catch(() => undefined);
  return problemPage(problem, request.id, on);
}

/** Answers the errors of the routes that people's browsers open: with a page where one is wanted. */
export const problemAnswer =
  (log: Logbook | undefined, waysOn?: FindWaysOn) =>
  async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const problem = notedProblem(log, error, request);
    const { status, headers, body } = problemBody(problem, request.id);
    if (!wantsPage(request)) return reply.code(status).headers(headers).send(body);
    const { "content-type": _, ...others } = headers;
    const page = await problemPageFor(problem, request, waysOn);
    return sendPage(reply.headers(others), page, { status });
  };

/** What every route for people's browsers is registered with. */
export const browserRoute = (log: Logbook | undefined, waysOn?: FindWaysOn) =>
  ({ config: { guard: { kind: "browser" } }, errorHandler: problemAnswer(log, waysOn) }) as const;

export type BrowserRoute = ReturnType<typeof browserRoute>;
