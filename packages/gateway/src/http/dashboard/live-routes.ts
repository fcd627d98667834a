import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../domain/problem.js";
import { findSignedIn } from "../../flows/operators/operator-session.js";
import { operatorCookie } from "../operator-cookie.js";
import { securityHeaders } from "../security-headers.js";
import type { DashboardPorts, DashboardRoutes } from "./dashboard-routes.js";
import { createLiveHub, type LiveStream } from "./live-hub.js";

/** An operator has at most so many pages that follow changes at a time. */
const mostOfOperator = 6;
/** A sign of life, so that nothing in between takes the connection for dead. */
const beatMs = 20_000;
/** The demo's clock has been moved when it is so much off its way, in ms. */
const jumpMs = 2_000;
/** What waits to be sent to a browser that reads nothing, in bytes. */
const mostWaiting = 65_536;

const over = ": over\n\n";

/** Sends a stream of the tenant's changes until the session ends, the browser goes, or the server closes. */
function follow(
  request: FastifyRequest,
  reply: FastifyReply,
  ports: DashboardPorts,
  hub: ReturnType<typeof createLiveHub>,
): void {
  const { tenant, id } = request.operator;
  const cookie = operatorCookie(request, ports.publicUrl);
  const { raw } = reply.hijack();
  raw.writeHead(200, {
    ...securityHeaders(ports.publicUrl),
    "x-request-id": request.id,
    "content-type": "text/event-stream; charset=utf-8",
    "x-accel-buffering": "no",
    // A stream that has ended leaves nothing behind that a closing server would wait for.
    connection: "close",
  });
  let beat: NodeJS.Timeout | undefined;

  const stop = (): void => {
    clearInterval(beat);
    hub.leave(stream);
    if (!raw.writableEnded) raw.end(over);
  };
  const send = (text: string): void => {
    if (raw.writableLength > mostWaiting) raw.destroy();
    else raw.write(text);
  };
  /** Nothing is told to a session that is over. */
  const alive = async (): Promise<boolean> => {
    const found = cookie && (await findSignedIn(ports, cookie, { use: false }).catch(() => undefined));
    if (!found) stop();
    return found !== undefined;
  };
  const stream: LiveStream = {
    tenant,
    operator: id,
    stop,
    async tell(kinds) {
      if (!(await alive())) return;
      for (const kind of kinds) send(`event: changed\ndata: ${JSON.stringify({ kind })}\n\n`);
    },
  };
  beat = setInterval(() => {
    void alive().then((lives) => lives && send(": alive\n\n"));
  }, beatMs);
  raw.on("close", stop);
  hub.join(stream);
  send("retry: 2000\n: follows\n\n");
}

/** `/live`: tells an operator's pages, by server-sent events, that something of their tenant has changed. */
export const liveRoutes: DashboardRoutes = (server: FastifyInstance, ports, options) => {
  const hub = createLiveHub(ports.store);
  const offset = (): number => ports.now() - ports.wall();
  let usual = offset();
  const clock = setInterval(() => {
    if (Math.abs(offset() - usual) > jumpMs) hub.tellAll("clock");
    usual = offset();
  }, 1_000);
  clock.unref();
  // A stream would keep a server that closes.
  server.addHook("preClose", () => {
    clearInterval(clock);
    return hub.close();
  });

  server.get("/live", options, async (request, reply) => {
    if (hub.countOf(request.operator) >= mostOfOperator)
      throw new Problem("rate_limited", { retryAfterS: 20 });
    await hub.listening();
    follow(request, reply, ports, hub);
    return reply;
  });
};
