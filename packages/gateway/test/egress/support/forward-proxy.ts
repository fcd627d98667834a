import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A forward proxy that listens, and what went through it. */
export interface ForwardProxy {
  /** `http://127.0.0.1:<port>`, or https. */
  readonly url: string;
  /** The same with a user and a password. */
  with(user: string): string;
  /** Its own ends of the connections to brokers, as `127.0.0.1:<port>`: whoever is called sees these. */
  readonly ends: ReadonlySet<string>;
  /** What it was asked to lead to. */
  readonly asked: readonly string[];
  /** How many requests came that were to be forwarded without a tunnel. */
  readonly untunnelled: () => number;
  /** From now on it refuses tunnels, and cuts those that are there. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * A proxy that opens tunnels to whatever it is asked for.
 * @param login `user:password` that it demands
 * @param tls key and certificate, PEM
 */
export async function startForwardProxy({
  login,
  tls,
  status = 200,
}: {
  readonly login?: string;
  readonly tls?: string;
  readonly status?: number;
} = {}): Promise<ForwardProxy> {
  const ends = new Set<string>();
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let plain = 0;
  let dead = false;
  const wanted = login && `Basic ${Buffer.from(login).toString("base64")}`;
  const listener: RequestListener = (_request, response) => {
    plain++;
    response.writeHead(403).end();
  };
  const server = tls ? createTlsServer({ key: tls, cert: tls }, listener) : createServer(listener);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    if (dead) socket.destroy();
  });
  server.on("connect", ({ url = "", headers }: IncomingMessage, caller: Socket) => {
    asked.push(url);
    if (wanted !== undefined && headers["proxy-authorization"] !== wanted) {
      caller.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    if (status !== 200) {
      caller.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${url}`);
    const target = connect(Number(port || 80), hostname);
    sockets.add(target);
    target.on("error", () => caller.destroy());
    caller.on("error", () => target.destroy());
    target.on("connect", () => {
      ends.add(`${target.localAddress}:${target.localPort}`);
      caller.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      caller.pipe(target).pipe(caller);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const scheme = tls ? "https" : "http";
  const cut = () => {
    dead = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    with: (user) => `${scheme}://${user}@127.0.0.1:${port}`,
    ends,
    asked,
    untunnelled: () => plain,
    cut,
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
