import type { FastifyInstance } from "fastify";
import { Problem } from "../domain/problem.js";
import type { GuardedRoute } from "./guard.js";

/** A pattern such as `/v1/apps/:id` as an expression for addresses. */
function addressesOf(pattern: string): RegExp {
  const parts = pattern.split("/").map((part) => {
    if (part === "*") return ".*";
    return part.startsWith(":") ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("/")}$`);
}

/** Answers what no route takes: 405 with `Allow` where the address takes other methods, else 404. */
export function answerUnknown(server: FastifyInstance, routes: readonly GuardedRoute[]): void {
  let table: readonly (readonly [string, RegExp])[] | undefined;
  server.setNotFoundHandler((request, reply) => {
    table ??= routes.map(({ method, path }) => [method, addressesOf(path)]);
    const path = (request.raw.url ?? "/").replace(/[?#].*$/s, "");
    const methods = new Set(table.filter(([, form]) => form.test(path)).map(([method]) => method));
    if (methods.size === 0) throw new Problem("not_found");
    reply.header("allow", [...methods].sort().join(", "));
    throw new Problem("method_not_allowed");
  });
}
