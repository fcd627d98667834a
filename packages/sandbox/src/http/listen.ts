import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import type { Env } from "./env.js";
import { isLoopback } from "./hosts.js";

/** Where to listen. */
export interface Address {
  /** 127.0.0.1 where it is left out. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** A port that is being served. */
export interface Listening {
  /** `http://127.0.0.1:4701` */
  readonly origin: string;
  readonly port: number;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

/** Login URLs may be long: what a client sends is judged by the page, not cut off before it. */
const maxHeaderSize = 262_144;

/** For a `Host` that is no address, such as 127.0.0.999: no URL can be made of it. */
const badHost = (): Response =>
  Response.json(
    { error: "bad_host", message: "The Host header is no address. Use 127.0.0.1 or localhost." },
    { status: 400 },
  );

/**
 * Serves the app on a port.
 * @throws what the operating system says, such as `EADDRINUSE`, as the error's `code`
 */
export async function listen(app: Hono<Env>, { host = "127.0.0.1", port }: Address): Promise<Listening> {
  const loopback = isLoopback(host);
  const server = createAdaptorServer({
    fetch: (request, env) =>
      URL.canParse(request.url) ? app.fetch(request, { ...(env as HttpBindings), loopback }) : badHost(),
    overrideGlobalObjects: false,
    serverOptions: { maxHeaderSize },
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const bound = server.address();
  const boundPort = typeof bound === "object" && bound !== null ? bound.port : port;
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return {
    origin: `http://${shown}:${boundPort}`,
    port: boundPort,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
