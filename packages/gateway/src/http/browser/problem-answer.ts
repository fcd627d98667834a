import type { FastifyReply, FastifyRequest } from "fastify";
import { problemPage } from "../pages/problem-page.js";
import { sendPage } from "../pages/send-page.js";
import { problemBody, problemOf } from "../problem-details.js";

/** Browsers ask for HTML by name; other clients take anything, and get what the API answers. */
const wantsPage = ({ headers }: FastifyRequest): boolean => /\btext\/html\b/i.test(headers.accept ?? "");

/** The errors of the routes that people's browsers open. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const problem = problemOf(error);
  if (problem.status >= 500 && problem.code === "internal") request.log.error({ code: problem.code });
  const { status, headers, body } = problemBody(problem, request.id);
  if (!wantsPage(request)) return reply.code(status).headers(headers).send(body);
  const { "content-type": _, ...others } = headers;
  return sendPage(reply.headers(others), problemPage(problem, request.id), { status });
}
