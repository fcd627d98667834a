import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly url: string;
  /** Names as they were written and values, in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A server that answers as a test wants it to, and keeps what arrived. */
export interface NastyServer {
  readonly origin: string;
  readonly arrived: Arrived[];
  /** How many requests ended before their bodies did. */
  readonly aborted: string[];
  /** How many connections were opened to it. */
  connections(): number;
  /** How it answers from now on: once the body has come, or at once where `early`. */
  answer(handle: (request: IncomingMessage, response: ServerResponse) => void, early?: boolean): void;
  close(): Promise<void>;
}

export const plainAnswer = (_: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end('{"ok":true}');
};

export async function nastyServer(): Promise<NastyServer> {
  const arrived: Arrived[] = [];
  const aborted: string[] = [];
  let handle = plainAnswer;
  let early = false;
  let connections = 0;
  const server = createServer((request, response) => {
    const { method = "", url = "", rawHeaders } = request;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("close", () => {
      if (!response.writableFinished) aborted.push(url);
    });
    request.on("error", () => undefined);
    request.on("end", () => {
      arrived.push({ method, url, rawHeaders, body: Buffer.concat(chunks) });
      if (!early) handle(request, response);
    });
    if (early) handle(request, response);
  });
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    aborted,
    connections: () => connections,
    answer(next, atOnce = false) {
      handle = next;
      early = atOnce;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
