import { createServer, type Socket } from "node:net";

/** A server that keeps the bytes of every request's head and answers in its own words. */
export interface RawServer {
  readonly origin: string;
  /** The heads received since it was last asked, every byte as one Latin-1 character. */
  take(): string[];
  close(): Promise<void>;
}

/** `answer` makes the body, and the status line's number, of a request's head. */
export async function rawServer(
  answer: (head: string) => { readonly status: number; readonly body: string },
): Promise<RawServer> {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let held = "";
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      held += bytes.toString("latin1");
      for (let end = held.indexOf("\r\n\r\n"); end >= 0; end = held.indexOf("\r\n\r\n")) {
        const head = held.slice(0, end);
        const length = Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? 0);
        if (held.length < end + 4 + length) return;
        held = held.slice(end + 4 + length);
        heads.push(head);
        const { status, body } = answer(head);
        const bodyBytes = Buffer.from(body);
        const start = Buffer.from(
          `HTTP/1.1 ${status} Answer\r\ncontent-type: application/json\r\ncontent-length: ${bodyBytes.length}\r\n\r\n`,
        );
        socket.write(Buffer.concat([start, bodyBytes]));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  return {
    origin: `http://127.0.0.1:${typeof bound === "object" && bound ? bound.port : 0}`,
    take: () => heads.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** The headers of a head: names in lower case, values as they were sent, a name once for each time it came. */
export function headersOf(head: string): (readonly [name: string, value: string])[] {
  return head
    .split("\r\n")
    .slice(1)
    .map((line) => {
      const cut = line.indexOf(":");
      return [line.slice(0, cut).toLowerCase(), line.slice(cut + 1).replace(/^ /, "")] as const;
    });
}
