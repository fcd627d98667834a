import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "../domain/problem.js";
import type { ApiKey } from "../ports/api-keys.js";
import type { SignedIn } from "../ports/operator-sessions.js";
import type { Store } from "../ports/store.js";
import { admitOperator, type OperatorGuardParts } from "./guard-operator.js";
import type { Guard } from "./guard-types.js";
import type { KeyCache } from "./key-cache.js";
import type { RequestCounts } from "./request-limits.js";

/** What guards need. */
export interface GuardParts extends OperatorGuardParts {
  readonly store: Pick<Store, "tenants" | "waysIn" | "operatorSessions">;
  readonly keys: KeyCache;
  readonly counts: RequestCounts;
  /** @throws Problem `origin_refused` */
  readonly sameOrigin: (request: FastifyRequest) => void;
}

/** A registered route and who may call it. */
export interface GuardedRoute {
  readonly method: string;
  readonly path: string;
  readonly guard: Guard;
}

const bearer = /^Bearer +([\x21-\x7e]{32,200})$/i;

function keyText({ headers }: FastifyRequest): string {
  if (headers.authorization === undefined) throw new Problem("key_missing");
  const text = bearer.exec(headers.authorization)?.[1];
  if (text === undefined) throw new Problem("key_refused");
  return text;
}

/** @throws Problem `key_missing`, `key_refused`, `rate_limited`; StoreProblem */
async function callerOf(request: FastifyRequest, { keys, counts }: GuardParts): Promise<ApiKey> {
  try {
    const found = keys.find(keyText(request), () => counts.demandRoom(request));
    if (!(found instanceof Promise)) return found;
    const key = await found;
    if (key) return key;
    throw new Problem("key_refused");
  } catch (error) {
    // Whoever tries keys is counted by address.
    if (error instanceof Problem) await counts.countAddress(request);
    throw error;
  }
}

/**
 * The API key of a request that was admitted a while ago, as it is now: at once where it was read within the last second.
 * @throws Problem `key_refused`; StoreProblem
 */
export function callerNow(
  request: FastifyRequest,
  { keys }: Pick<GuardParts, "keys">,
): ApiKey | Promise<ApiKey> {
  const found = keys.find(keyText(request), () => undefined);
  if (!(found instanceof Promise)) return found;
  return found.then((key) => {
    if (key) return key;
    throw new Problem("key_refused");
  });
}

/** Admits a request, or throws. Behind a guard of kind `key` or `operator` `request.caller` is set, behind `operator_page` `request.operator`. */
async function admit(request: FastifyRequest, guard: Guard, parts: GuardParts): Promise<void> {
  if (guard.kind === "open" && guard.uncounted) return;
  if (guard.kind === "open" || guard.kind === "browser") {
    await parts.counts.countAddress(request);
    if (guard.kind === "browser") parts.sameOrigin(request);
    return;
  }
  if (guard.kind === "operator_page") {
    parts.sameOrigin(request);
    return admitOperator(request, parts);
  }
  const caller = await callerOf(request, parts);
  request.caller = caller;
  await parts.counts.countKey(request);
  const scope = guard.kind === "operator" ? "admin" : guard.scope;
  if (!caller.scopes.includes(scope)) throw new Problem("scope_missing", { field: scope });
  if (guard.kind !== "operator") return;
  const tenant = await parts.store.tenants.get(caller.tenant);
  if (!tenant || tenant.madeBy !== null) throw new Problem("scope_missing", { field: "operator" });
}

/**
 * Puts a guard before every route that is registered from here on, and answers the list of them, which grows.
 * A route that names none is refused when it is registered.
 */
export function guardRoutes(server: FastifyInstance, parts: GuardParts): readonly GuardedRoute[] {
  const routes: GuardedRoute[] = [];
  server.decorateRequest("caller", null as unknown as ApiKey);
  server.decorateRequest("operator", null as unknown as SignedIn);
  server.addHook("onRoute", ({ method, url, config }) => {
    const guard = config?.guard;
    if (!guard) throw new Error(`The route ${String(method)} ${url} names no guard.`);
    for (const each of [method].flat()) routes.push({ method: each, path: url, guard });
  });
  server.addHook("onRequest", (request) =>
    admit(request, request.routeOptions.config.guard ?? { kind: "open" }, parts),
  );
  return routes;
}
