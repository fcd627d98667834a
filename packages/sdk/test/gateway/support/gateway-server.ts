import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type Gateway, type GatewayOptions, gateway } from "../../../src/gateway/index.js";

/** A request as it came in. */
export interface Received {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is answered. An object is sent as JSON. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A server that takes everything down, and answers what it is told. */
export interface GatewayServer {
  readonly url: string;
  readonly received: Received[];
  /** The client of it, with the key `key-of-the-tenant`. */
  client(options?: Partial<GatewayOptions>): Gateway;
  close(): Promise<void>;
}

export const key = "key-of-the-tenant";

/** A listener in place of `answer` gets the sockets themselves. */
export async function serving(
  answer: (request: Received) => Reply,
  raw?: RequestListener,
): Promise<GatewayServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    if (raw) return raw(request, response);
    const { method = "", url: path = "", headers } = request;
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const taken = { method, path, headers, body };
    received.push(taken);
    const reply = answer(taken);
    const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
    response.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    received,
    client: (options) => gateway({ url, key, ...options }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a promise is rejected with; it fails where it isn't. */
export async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const answer = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (answer === undefined) throw new Error("It succeeded.");
  return answer as Record<string, unknown>;
}
