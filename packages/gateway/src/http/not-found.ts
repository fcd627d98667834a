import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../domain/problem.js";
import { wantsPage } from "./browser/problem-answer.js";
import type { GuardedRoute } from "./guard.js";

/** Who answers a person's browser where nothing is. */
export interface NothingHere {
  page?: (problem: Problem, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
}

declare module "fastify" {
  interface FastifyInstance {
    nothingHere: NothingHere;
  }
}

/** A pattern such as `/v1/apps/:id` as an expression for addresses. */
function addressesOf(pattern: string): RegExp {
  const parts = pattern.split("/").map((part) => {
    if (part === "*") return ".*";
    return part.startsWith(":") ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("/")}$`);
}

/** Answers what no route takes: 405 with `Allow` where the address takes other methods, else 404, to a browser with a page. */
export function answerUnknown(server: FastifyInstance, routes: readonly GuardedRoute[]): void {
  let table: readonly (readonly [string, RegExp])[] | undefined;
  const nothingHere: NothingHere = {};
  server.decorate("nothingHere", nothingHere);
  server.setNotFoundHandler((request, reply) => {
    table ??= routes.map(({ method, path }) => [method, addressesOf(path)]);
    const path = (request.raw.url ?? "/").replace(/[?#].*$/s, "");
    const methods = new Set(table.filter(([, form]) => form.test(path)).map(([method]) => method));
    if (methods.size === 0) {
      const problem = new Problem("not_found");
      // Below `/v1` there are programs, whatever they say that they take.
      const { page } = /^\/v1(?:\/|$)/.test(path) || request.method !== "GET" ? {} : nothingHere;
      if (page && wantsPage(request)) return page(problem, request, reply);
      throw problem;
    }
    reply.header("allow", [...methods].sort().join(", "));
    throw new Problem("method_not_allowed");
  });
}
