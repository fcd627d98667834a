import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { errorCode } from "../../domain/error-code.js";
import { Problem } from "../../domain/problem.js";
import { pathAfterProxy } from "../../domain/proxy-path.js";
import { takeOrder } from "../../flows/order-budget.js";
import type { ProxyAnswers } from "../../flows/proxy-answers.js";
import { createCallReader } from "../../flows/proxy-call.js";
import type { ProxyEntry } from "../../flows/proxy-entry.js";
import type { SessionCache } from "../../flows/session-cache.js";
import type { Logbook } from "../../ports/logbook.js";
import type { Ports } from "../../ports/ports.js";
import type { Upstream } from "../../ports/upstream.js";
import { faultOf } from "../keep-log.js";
import { problemOf } from "../problem-details.js";
import { securityHeaders } from "../security-headers.js";
import { type CurrentSession, currentSession, sendCurrent } from "./current-session.js";
import { createDeadlines } from "./deadlines.js";
import { Forwarding } from "./forwarding.js";
import type { OutgoingBody } from "./outgoing-call.js";
import type { ProxiedCall } from "./proxied-call.js";
import { type ProxyLimits, type ProxyParts, proxyLimits } from "./proxy-parts.js";
import { answerFrom, requestIdHeader, writeProblem } from "./proxy-problem.js";
import { hasBody, type RequestBody, readWhole, requestBodyOf } from "./request-body.js";

/** What the proxy's route is put together from. */
export interface ProxyRouteParts {
  readonly ports: Pick<Ports, "signals" | "publicUrl" | "store" | "ordersPerSecond">;
  readonly cache: SessionCache;
  readonly answers: ProxyAnswers;
  readonly upstream: Upstream;
  /** What differs from `proxyLimits`. */
  readonly limits?: Partial<ProxyLimits> | undefined;
  readonly log?: Logbook | undefined;
  /** A clock that only goes forward, in ms. */
  readonly monotonicMs: () => number;
}

/** These a broker may be called with. */
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

function partsOf(given: ProxyRouteParts): ProxyParts {
  const { ports, cache, answers, upstream, monotonicMs } = given;
  const limits = { ...proxyLimits, ...given.limits };
  const always = Object.entries(securityHeaders(ports.publicUrl)).flat();
  return {
    signals: ports.signals,
    cache,
    upstream,
    answers,
    readCall: createCallReader(),
    limits,
    deadlines: createDeadlines(monotonicMs, Math.min(500, limits.callMs / 4)),
    monotonicMs,
    always,
    alwaysOfBroker: [...always, answerFrom, "broker"],
    alwaysNames: new Set([...always.filter((_, i) => i % 2 === 0), requestIdHeader]),
  };
}

/**
 * `/v1/connections/:id/proxy/*`: forwards a call to the broker with the connection's credentials. Every answer says in
 * the header `kunji-answer-from` whether it is the broker's or the gateway's own.
 */
export function proxyRoutes(given: ProxyRouteParts): (server: FastifyInstance) => Promise<void> {
  const parts = partsOf(given);

  function refuse(request: FastifyRequest, response: ServerResponse, error: unknown): void {
    const problem = problemOf(error);
    if (problem.code === "internal") {
      parts.signals.warn("proxy_failed", { request: request.id, code: errorCode(error) });
      given.log?.failed(faultOf(error, request));
    }
    request.raw.resume();
    if (response.headersSent) response.destroy();
    else writeProblem(response, problem, request.id, parts.always);
  }

  function forward(
    request: FastifyRequest,
    response: ServerResponse,
    entry: ProxyEntry,
    path: string,
    startedAt: number,
    current: CurrentSession,
  ): void {
    const { raw } = request;
    const { limits } = parts;
    const call = parts.readCall(entry, request.caller, request.method, path);
    const body = hasBody(raw) ? requestBodyOf(raw, limits.wholeBytes) : undefined;
    if (body && (request.method === "GET" || request.method === "HEAD"))
      throw new Problem("request_invalid", { field: "body", detail: "A call of this method has no body." });
    if ((body?.length ?? 0) > limits.requestBytes) throw new Problem("body_too_large");
    if (response.destroyed) return;
    const of: ProxiedCall = { request: raw, response, requestId: request.id, call, startedAt, current };
    const forwarding = new Forwarding(parts, of, entry);
    if (call.kind === "order") sendOrder(request, response, forwarding, entry, body, current);
    else if (body?.whole) readWhole(raw, (whole) => sendCurrent(forwarding, whole, entry, current));
    else forwarding.send(body ?? null);
  }

  /** An order is counted once its body is here, where that is short: the caller may take time for it. */
  function sendOrder(
    request: FastifyRequest,
    response: ServerResponse,
    forwarding: Forwarding,
    entry: ProxyEntry,
    body: RequestBody | undefined,
    current: CurrentSession,
  ): void {
    const count = (counting: OutgoingBody): void =>
      void takeOrder(given.ports, entry.app, entry.connection)
        .then(() => {
          forwarding.counted();
          sendCurrent(forwarding, counting, entry, current);
        })
        .catch((error: unknown) => {
          if (forwarding.withdraw()) refuse(request, response, error);
        });
    if (body?.whole) readWhole(request.raw, count);
    else count(body ?? null);
  }

  async function forwardLater(
    request: FastifyRequest,
    response: ServerResponse,
    reading: Promise<ProxyEntry>,
    path: string,
    startedAt: number,
    current: CurrentSession,
  ): Promise<void> {
    try {
      await reading;
      forward(request, response, await current(), path, startedAt, current);
    } catch (error) {
      refuse(request, response, error);
    }
  }

  return async (server) => {
    // The body is left where it is: it is streamed on.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("*", (_request, _payload, done) => done(null));
    // For answers that are made before the route is reached, by the guard for one.
    server.addHook("onSend", async (_request, reply) => void reply.header(answerFrom, "gateway"));
    server.addHook("onClose", async () => parts.deadlines.stop());
    server.route<{ Params: { id: string } }>({
      method: methods,
      url: "/v1/connections/:id/proxy/*",
      config: { guard: { kind: "key", scope: "proxy" } },
      handler(request, reply) {
        reply.hijack();
        const response = reply.raw;
        const startedAt = parts.monotonicMs();
        try {
          const path = pathAfterProxy(request.raw.url ?? "");
          if (path === undefined) throw new Problem("path_refused");
          const current = currentSession(server, parts.cache, request, request.params.id);
          const found = current();
          if (found instanceof Promise) void forwardLater(request, response, found, path, startedAt, current);
          else forward(request, response, found, path, startedAt, current);
        } catch (error) {
          refuse(request, response, error);
        }
      },
    });
  };
}
