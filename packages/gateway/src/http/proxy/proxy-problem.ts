import type { ServerResponse } from "node:http";
import type { Problem } from "../../domain/problem.js";
import { problemBody } from "../problem-details.js";

/** Tells the broker's answers, errors too, from the gateway's own. */
export const answerFrom = "kunji-answer-from";

export const requestIdHeader = "x-request-id";

/** Answers a problem on a response that nothing was written to yet. `always` are names and values in turn. */
export function writeProblem(
  response: ServerResponse,
  problem: Problem,
  requestId: string,
  always: readonly string[],
): void {
  const { status, headers, body } = problemBody(problem, requestId);
  const length = String(Buffer.byteLength(body));
  const own = { ...headers, [answerFrom]: "gateway", [requestIdHeader]: requestId, "content-length": length };
  response.writeHead(status, [...always, ...Object.entries(own).flat()]);
  response.end(body);
}
