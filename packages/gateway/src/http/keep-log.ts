import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ApiKey } from "../ports/api-keys.js";
import type { AnsweredRequest, Fault, Logbook } from "../ports/logbook.js";
import type { SignedIn } from "../ports/operator-sessions.js";

/** What is written down of a request: its route's pattern, since an address may hold a token. */
export function entryOf(request: FastifyRequest, reply: FastifyReply): AnsweredRequest {
  // No guard has run where the request was refused before.
  const caller: ApiKey | SignedIn | null | undefined = request.caller ?? request.operator;
  return {
    request: request.id,
    method: request.method,
    route: request.routeOptions.url ?? null,
    status: reply.raw.statusCode,
    ms: Math.round(reply.elapsedTime * 100) / 100,
    tenant: caller?.tenant ?? null,
    key: caller?.id ?? null,
  };
}

/** Writes each answered request down. */
export function keepLog(server: FastifyInstance, log: Logbook): void {
  server.addHook("onResponse", (request, reply, done) => {
    log.answered(entryOf(request, reply));
    done();
  });
}

/** The lines of a stack that say where, without the error's own words. */
function linesOf({ stack = "", message }: Error): readonly string[] {
  const lines = stack.slice(stack.indexOf(message) + message.length).split("\n");
  return lines.filter((line) => line.startsWith("    at ")).slice(0, 12);
}

/** What may be written down of an error that nobody expected. */
export function faultOf(error: unknown, { id, routeOptions }: FastifyRequest): Fault {
  const thrown = error instanceof Error ? error : new Error();
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : null;
  return { request: id, route: routeOptions.url ?? null, name: thrown.name, code, at: linesOf(thrown) };
}
