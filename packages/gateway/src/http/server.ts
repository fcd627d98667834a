import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { Problem } from "../domain/problem.js";
import type { ApiKey } from "../ports/api-keys.js";
import type { Logbook } from "../ports/logbook.js";
import type { Ports } from "../ports/ports.js";
import { takeEmptyBodies } from "./empty-bodies.js";
import { callerNow, type GuardedRoute, guardRoutes } from "./guard.js";
import { hostCheck } from "./host-check.js";
import { entryOf, faultOf, keepLog } from "./keep-log.js";
import { createKeyCache } from "./key-cache.js";
import { answerMalformed } from "./malformed-request.js";
import { answerUnknown } from "./not-found.js";
import { problemBody, problemOf } from "./problem-details.js";
import { repeatsHeader } from "./repeated-headers.js";
import { countRequests, type RequestLimits } from "./request-limits.js";
import { sameOriginOnly } from "./same-origin.js";
import { securityHeaders } from "./security-headers.js";

/** Registers routes. Each names its guard in `config.guard`. */
export type Routes = (server: FastifyInstance) => void | Promise<void>;

/** The largest body that the API takes, in bytes. */
export const bodyLimit = 65_536;
/** The longest part of an address: a link's token is one. */
const maxParamLength = 4_096;

export interface ServerOptions {
  readonly ports: Ports;
  readonly routes: readonly Routes[];
  readonly limits: RequestLimits;
  /** Addresses or blocks of the proxies before the gateway; only they may say whose address a request comes from. */
  readonly trustedProxies: readonly string[];
  /** Whether it will listen on a loopback address: then no foreign host name is answered. */
  readonly loopback: boolean;
  readonly log?: Logbook | undefined;
  /** PEM texts. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  /** The clock on the wall, which operators' sessions follow; ms since 1970, UTC. */
  readonly wall?: () => number;
  /** A clock that only goes forward, in ms. */
  readonly monotonicMs?: () => number;
}

declare module "fastify" {
  interface FastifyInstance {
    /** Every route with its guard. */
    guardedRoutes: readonly GuardedRoute[];
    /** Forgets a tenant's API keys here and now: other gateways hear of the change from the database. */
    forgetKeys(tenant: string): void;
    /** The API key of an admitted request, as it is now. @throws Problem `key_refused`; StoreProblem */
    callerNow(request: FastifyRequest): ApiKey | Promise<ApiKey>;
  }
}

/** Ids of requests: a text of chance for this process, and a number. */
function requestIds({ randomBytes }: Pick<Ports, "randomBytes">): () => string {
  const start = Buffer.from(randomBytes(6)).toString("hex");
  let count = 0;
  return () => `req_${start}${(count++).toString(36).padStart(5, "0")}`;
}

/**
 * The HTTP server with everything that holds for all routes: guards, limits, security headers, problem details, log.
 * It does not listen yet. Close it to stop it.
 * @throws StoreProblem where the database can't be listened to
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { ports, log, wall = Date.now, monotonicMs = () => performance.now() } = options;
  const headers = securityHeaders(ports.publicUrl);
  const newRequestId = requestIds(ports);

  function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply) {
    const problem = problemOf(error);
    if (problem.code === "internal") log?.failed(faultOf(error, request));
    const answer = problemBody(problem, request.id);
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  }

  const server = fastify({
    ...(options.tls && { https: options.tls }),
    logger: false,
    genReqId: newRequestId,
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    bodyLimit,
    requestTimeout: 60_000,
    forceCloseConnections: "idle",
    exposeHeadRoutes: false,
    // The answers that fastify and Node make by themselves would carry no security headers.
    return503OnClosing: false,
    http: { requireHostHeader: false },
    routerOptions: { maxParamLength },
    clientErrorHandler: answerMalformed(headers, newRequestId),
    frameworkErrors(error, request, reply) {
      refuse(error, request, reply.headers({ ...headers, "x-request-id": request.id }));
      log?.answered(entryOf(request, reply));
    },
  }) as unknown as FastifyInstance;

  // Node would answer an `Expect` that it doesn't know by itself.
  server.server.on("checkExpectation", (request, response) => server.routing(request, response));
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler(refuse);
  takeEmptyBodies(server);

  const checkHost = options.loopback ? hostCheck(ports.publicUrl) : undefined;
  server.addHook("onRequest", (request, _reply, done) => {
    // An address with a host in it, or none at all, would be read differently by router and flows.
    const { url, headers: given, rawHeaders } = request.raw;
    const unclear = !url?.startsWith("/") || given.host === undefined || repeatsHeader(rawHeaders);
    if (unclear) return done(new Problem("request_invalid"));
    try {
      checkHost?.(request);
      done();
    } catch (error) {
      done(error as Problem);
    }
  });
  // Answers that fastify doesn't send have them in heads of their own: those of forwarded calls, and the stream of changes.
  server.addHook("onSend", (request, reply, payload, done) => {
    for (const name in headers) if (!reply.hasHeader(name)) reply.header(name, headers[name]);
    reply.header("x-request-id", request.id);
    done(null, payload);
  });
  if (log) keepLog(server, log);

  const keys = createKeyCache(ports.store, monotonicMs);
  server.decorate("forgetKeys", (tenant: string) => keys.onChange({ tenant, kind: "api_key", id: tenant }));
  server.decorate("callerNow", (request: FastifyRequest) => callerNow(request, { keys }));
  const stopListening = await ports.store.listen(keys);
  server.addHook("onClose", stopListening);
  const counts = await countRequests(server, options.limits);
  const sameOrigin = sameOriginOnly(ports.publicUrl);
  const guarded = guardRoutes(server, { ...ports, wall, keys, counts, sameOrigin });
  server.decorate("guardedRoutes", guarded);
  answerUnknown(server, guarded);
  for (const register of options.routes)
    await server.register(async (scope) => {
      await register(scope);
    });
  await server.ready();
  return server;
}
