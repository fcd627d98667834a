import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** A server of which only its connections and what it could send are of interest. */
export interface HostileServer {
  readonly origin: string;
  /** Requests received, and connections that are open now. */
  readonly seen: { requests: number; open: number; written: number };
  /** Settles when no connection is open any more. @throws when that takes more than eight seconds */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export type Behaviour = (
  request: IncomingMessage,
  response: ServerResponse,
  seen: HostileServer["seen"],
) => void;

/** Says nothing at all. */
export const silent: Behaviour = () => undefined;
/** A good head, the beginning of a body, and no more. */
export const stalling: Behaviour = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"stat":"Ok",');
};
/** A body as fast as the other side reads it, without an end. */
export const flooding: Behaviour = (_, response, seen) => {
  response.writeHead(200, { "content-type": "application/json" });
  const chunk = Buffer.alloc(65_536, " ");
  const pump = () => {
    while (!response.destroyed) {
      seen.written += chunk.length;
      if (!response.write(chunk)) {
        response.once("drain", pump);
        return;
      }
    }
  };
  pump();
};
/** One answer, whole. */
export const answering =
  (status: number, body: string): Behaviour =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", connection: "close" });
    response.end(body);
  };

export async function hostileServer(behave: Behaviour): Promise<HostileServer> {
  const seen = { requests: 0, open: 0, written: 0 };
  const server = createServer((request, response) => {
    seen.requests++;
    response.on("error", () => undefined);
    request.resume();
    behave(request, response, seen);
  });
  server.on("connection", (socket) => {
    seen.open++;
    socket.on("error", () => undefined);
    socket.on("close", () => seen.open--);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  return {
    origin: `http://127.0.0.1:${typeof bound === "object" && bound ? bound.port : 0}`,
    seen,
    async quiet() {
      const until = performance.now() + 8000;
      while (seen.open > 0) {
        if (performance.now() > until) throw new Error(`${seen.open} connections are still open`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
