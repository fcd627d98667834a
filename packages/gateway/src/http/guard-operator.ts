import type { FastifyRequest } from "fastify";
import { Problem } from "../domain/problem.js";
import { findSignedIn } from "../flows/operators/operator-session.js";
import type { StoreParts } from "../ports/store.js";
import { operatorCookie } from "./operator-cookie.js";
import type { RequestCounts } from "./request-limits.js";

/** What tells a request that a page has made by itself from one of a person: it keeps no session alive. */
export const liveHeader = "kunji-live";

export interface OperatorGuardParts {
  readonly store: Pick<StoreParts, "waysIn" | "operatorSessions">;
  readonly publicUrl: string;
  /** The clock on the wall, ms since 1970, UTC. */
  readonly wall: () => number;
  readonly counts: RequestCounts;
}

/**
 * Lets an operator's browser in and sets `request.operator`. Whoever has no session is counted by address.
 * The session is read at each request: it is over everywhere at once.
 * @throws Problem `sign_in_needed`, `rate_limited`; StoreProblem
 */
export async function admitOperator(request: FastifyRequest, parts: OperatorGuardParts): Promise<void> {
  const { store, publicUrl, wall, counts } = parts;
  const cookie = operatorCookie(request, publicUrl);
  if (cookie) {
    await counts.demandRoom(request);
    const use = request.headers[liveHeader] === undefined && request.routeOptions.url !== "/live";
    const found = await findSignedIn({ store, wall }, cookie, { use });
    if (found) {
      request.operator = found;
      return;
    }
  }
  await counts.countAddress(request);
  throw new Problem("sign_in_needed");
}
