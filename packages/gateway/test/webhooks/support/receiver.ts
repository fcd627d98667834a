import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Webhook as Verifier } from "standardwebhooks";

/** A message as a receiver got it. */
export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** What came, oldest first. */
  readonly received: Received[];
  /** How many connections were opened. */
  connections(): number;
  close(): Promise<void>;
}

/** Answers the nth message, counted from 0; 204 by default. */
export type Answering = (response: ServerResponse, message: Received, n: number) => void;

const headersOf = (headers: IncomingHttpHeaders) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** A tenant's server, listening. @param tls key and certificate, PEM */
export async function startReceiver(
  answer: Answering = (response) => void response.writeHead(204).end(),
  tls?: string,
): Promise<Receiver> {
  const received: Received[] = [];
  let opened = 0;
  const listener: RequestListener = (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const message = { headers: headersOf(request.headers), body };
      received.push(message);
      answer(response, message, received.length - 1);
    });
  };
  const server = tls ? createTlsServer({ key: tls, cert: tls }, listener) : createServer(listener);
  server.on("connection", () => {
    opened += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}/hook`,
    port,
    received,
    connections: () => opened,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Verifies as a receiver does, by the library. @throws where the signature doesn't hold */
export function verified({ headers, body }: Received, secret: string): Record<string, unknown> {
  return new Verifier(secret).verify(body, { ...headers }) as Record<string, unknown>;
}
