import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { senderHeader } from "./steering.js";

/** A call to a broker, with when it came, and when it was answered and nobody waited any more; by a clock that only goes forward, in ms. */
export interface RecordedCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: string;
  readonly authorization: string;
  /** The name of the gateway that sent it; empty where it was another's call. */
  readonly sender: string;
  readonly begunAt: number;
  endedAt: number | undefined;
  /** `undefined` until it is answered. */
  status: number | undefined;
}

/** Stands before a call is passed on to the broker, or before its answer is passed back. */
export type Between = (call: RecordedCall) => Promise<void> | undefined;

/** A sandbox behind a server that keeps when calls came and went. */
export interface RecordedBrokers {
  readonly origin: string;
  readonly calls: RecordedCall[];
  /** What stands in the way from now on. */
  between(point: "before the broker" | "behind the broker", wait: Between | undefined): void;
  close(): Promise<void>;
}

/** Pairs of calls to a path that were under way at one time with the same body: the same session. */
export function overlapsOf(calls: readonly RecordedCall[], path: RegExp): number {
  const ofBody = new Map<string, RecordedCall[]>();
  let overlaps = 0;
  for (const call of calls.filter((one) => path.test(one.path))) {
    const earlier = ofBody.get(call.body) ?? [];
    overlaps += earlier.filter(({ endedAt }) => (endedAt ?? Number.POSITIVE_INFINITY) > call.begunAt).length;
    ofBody.set(call.body, [...earlier, call]);
  }
  return overlaps;
}

export async function recordBrokers(sandboxUrl: string): Promise<RecordedBrokers> {
  const agent = new Agent({ keepAlive: true });
  const calls: RecordedCall[] = [];
  const waits = new Map<string, Between | undefined>();

  async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  /** The sandbox's answer, whole. */
  function passed(incoming: IncomingMessage, body: Buffer) {
    const headers: OutgoingHttpHeaders = { ...incoming.headers, host: new URL(sandboxUrl).host };
    delete headers[senderHeader];
    return new Promise<readonly [IncomingMessage, Buffer]>((resolve, reject) => {
      const outgoing = request(
        `${sandboxUrl}${incoming.url}`,
        { method: incoming.method, headers, agent },
        (answer) => void bodyOf(answer).then((text) => resolve([answer, text]), reject),
      );
      outgoing.on("error", reject).end(body);
    });
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const call: RecordedCall = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      body: body.toString(),
      authorization: incoming.headers.authorization ?? "",
      sender: String(incoming.headers[senderHeader] ?? ""),
      begunAt: performance.now(),
      endedAt: undefined,
      status: undefined,
    };
    calls.push(call);
    const closed = new Promise((resolve) => response.once("close", resolve));
    try {
      await waits.get("before the broker")?.(call);
      const [answer, text] = await passed(incoming, body);
      await waits.get("behind the broker")?.(call);
      call.status = answer.statusCode;
      const { "transfer-encoding": _, connection, ...headers } = answer.headers;
      const length = { "content-length": text.length };
      response.writeHead(answer.statusCode ?? 502, { ...headers, ...length }).end(text);
      await closed;
    } finally {
      call.endedAt = performance.now();
    }
  }

  // Longer than any test lets a process sleep: what wakes finds the connection that it had.
  const server = createServer({ keepAliveTimeout: 600_000 }, (incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    between: (point, wait) => void waits.set(point, wait),
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
