import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logbook } from "../../ports/logbook.js";
import { faultOf } from "../keep-log.js";
import { problemPage } from "../pages/problem-page.js";
import { sendPage } from "../pages/send-page.js";
import { problemBody, problemOf } from "../problem-details.js";

/** Browsers ask for HTML by name; other clients take anything, and get what the API answers. */
export const wantsPage = ({ headers }: FastifyRequest): boolean =>
  /\btext\/html\b/i.test(headers.accept ?? "");

/** Answers the errors of the routes that people's browsers open: with a page where one is wanted. */
export const problemAnswer =
  (log: Logbook | undefined) => (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = problemOf(error);
    if (problem.code === "internal") log?.failed(faultOf(error, request));
    const { status, headers, body } = problemBody(problem, request.id);
    if (!wantsPage(request)) return reply.code(status).headers(headers).send(body);
    const { "content-type": _, ...others } = headers;
    return sendPage(reply.headers(others), problemPage(problem, request.id), { status });
  };

/** What every route for people's browsers is registered with. */
export const browserRoute = (log: Logbook | undefined) =>
  ({ config: { guard: { kind: "browser" } }, errorHandler: problemAnswer(log) }) as const;

export type BrowserRoute = ReturnType<typeof browserRoute>;
