import type { IncomingHttpHeaders } from "node:http";
import { type FastifyInstance, type FastifyRequest, fastify } from "fastify";
import { Problem } from "../../domain/problem.js";
import type { ApiKey } from "../../ports/api-keys.js";
import type { Routes } from "../server.js";
import { answerFrom } from "./proxy-problem.js";

/** A call of a broker's that a page of the gateway's own asks for. */
export interface OwnCall {
  readonly connection: string;
  readonly method: string;
  /** Relative to the broker's base URL, with the query. */
  readonly path: string;
  /** JSON. */
  readonly body?: string | undefined;
}

export interface OwnAnswer {
  readonly status: number;
  readonly from: "broker" | "gateway";
  readonly tookMs: number;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

/** Who asks, and by which request of theirs. */
export interface OwnCaller {
  readonly caller: ApiKey;
  readonly requestId: string;
}

/**
 * Sends a call through the proxy as somebody who needs no API key.
 * @throws Problem `path_refused` for a path that would not arrive as it is written; `broker_unavailable` where the answer broke off
 */
export type OwnCalls = (by: OwnCaller, call: OwnCall) => Promise<OwnAnswer>;

/** Tells the calls that run apart; it goes no further than the proxy. */
const ticketHeader = "kunji-own-call";

/** Whether an answer ended before its end. */
const isCut = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "LIGHT_ECONNRESET";

/** Parts that a reader of addresses takes for a way up or for nothing. */
const dots = /^(?:\.|%2e){1,2}$/i;

function whyRefused(path: string): string {
  const [whole = ""] = path.split(/[?#]/, 1);
  return whole.split(/[/\\]/).some((part) => dots.test(part))
    ? "A part of the path is `.` or `..`, as it stands or as `%2e`, which leads elsewhere: write the whole path without it."
    : "The path begins with `/`, and blanks, brackets and what isn’t English are written as `%20` and so on.";
}

/** A path that any reader of addresses would read as another one is not guessed at. */
function urlOf({ connection, path }: OwnCall): string {
  const url = `/v1/connections/${encodeURIComponent(connection)}/proxy${path}`;
  const read = path.startsWith("/") ? URL.parse(url, "http://gateway") : null;
  if (read && read.pathname + read.search === url) return url;
  throw new Problem("path_refused", { detail: whyRefused(path) });
}

/**
 * The proxy for the gateway's own pages. Its routes stand on a server of their own, which listens nowhere: no request from
 * outside gets there, and each that gets there is held to all that one with an API key is.
 * @param monotonicMs a clock that only goes forward, in ms
 */
export function createOwnCalls(proxy: Routes, monotonicMs: () => number): OwnCalls {
  const asked = new Map<string, OwnCaller>();
  let count = 0;
  const whoAsks = (headers: IncomingHttpHeaders): OwnCaller => {
    const found = asked.get(String(headers[ticketHeader]));
    if (!found) throw new Error("Nobody has asked for this call.");
    return found;
  };
  const inner = fastify({
    logger: false,
    genReqId: ({ headers }) => whoAsks(headers).requestId,
    routerOptions: { maxParamLength: 4_096 },
  });
  inner.decorateRequest("caller", null as unknown as ApiKey);
  inner.decorate("callerNow", ({ caller }: FastifyRequest) => caller);
  inner.addHook("onRequest", async (request) => {
    request.caller = whoAsks(request.headers).caller;
    // Its body is here as a whole: nobody is slow with it.
    request.raw.complete = true;
  });
  inner.register(async (server) => proxy(server as unknown as FastifyInstance));

  return async (by, call) => {
    const { method, body } = call;
    const url = urlOf(call);
    const ticket = String(count++);
    const headers = {
      accept: "application/json, */*",
      [ticketHeader]: ticket,
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    const startedAt = monotonicMs();
    asked.set(ticket, by);
    try {
      const answer = await inner.inject({ method: method as "GET", url, headers, payload: body ?? "" });
      const type = answer.headers["content-type"];
      return {
        status: answer.statusCode,
        from: answer.headers[answerFrom] === "broker" ? "broker" : "gateway",
        tookMs: Math.round(monotonicMs() - startedAt),
        contentType: type === undefined ? undefined : String(type),
        body: answer.rawPayload,
      };
    } catch (error) {
      if (!isCut(error)) throw error;
      throw new Problem("broker_unavailable", {
        detail:
          "The answer broke off, or was stopped on its way since it is too large or repeats a credential.",
      });
    } finally {
      asked.delete(ticket);
    }
  };
}
