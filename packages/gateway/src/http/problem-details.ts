import { type Problem, problems } from "../domain/problem.js";

export { problemOf } from "./problem-mapping.js";

/** A problem as it is answered, RFC 9457. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON */
  readonly body: string;
}

/** The answer for a problem. The security headers come from the server. */
export function problemBody(problem: Problem, requestId: string): ProblemAnswer {
  const { code, status, message, facts } = problem;
  const { broker, field, brokerDetail, retryAfterS } = facts;
  return {
    status,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      ...(status === 401 && code !== "sign_in_needed" && { "www-authenticate": "Bearer" }),
      ...(retryAfterS !== undefined && { "retry-after": String(Math.max(1, Math.ceil(retryAfterS))) }),
    },
    body: JSON.stringify({
      type: `urn:kunji:problem:${code}`,
      title: problems[code][1],
      status,
      detail: message,
      code,
      request_id: requestId,
      broker,
      field,
      broker_detail: brokerDetail,
    }),
  };
}
