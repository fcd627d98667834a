import { connect } from "node:net";

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in small letters, in the order they came, each as often as it came. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** Whether the body came to its end by its own framing. */
  readonly whole: boolean;
  header(name: string): string | undefined;
}

export interface RawCall {
  readonly method?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
}

function unchunked(data: Buffer): { readonly body: Buffer; readonly whole: boolean } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = data.indexOf("\r\n", at);
    if (end === -1) return { body: Buffer.concat(parts), whole: false };
    const size = Number.parseInt(data.toString("latin1", at, end), 16);
    if (size === 0) return { body: Buffer.concat(parts), whole: true };
    parts.push(data.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

export function readAnswer(data: Buffer, method = "GET"): RawAnswer {
  const end = data.indexOf("\r\n\r\n");
  const [first = "", ...lines] = data.toString("latin1", 0, end === -1 ? 0 : end).split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const header = (name: string) => headers.find(([known]) => known === name)?.[1];
  const rest = end === -1 ? Buffer.alloc(0) : data.subarray(end + 4);
  const length = header("content-length");
  const { body, whole } =
    header("transfer-encoding") === "chunked"
      ? unchunked(rest)
      : { body: rest, whole: end !== -1 && (method === "HEAD" || Number(length ?? 0) === rest.length) };
  return { status: Number(first.split(" ")[1] ?? 0), headers, body, whole, header };
}

/** One request on a connection of its own, every byte of its first line and its headers as given. */
export function rawCall(port: number, target: string, call: RawCall = {}): Promise<RawAnswer> {
  const { method = "GET", headers = [], body = "" } = call;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1");
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(readAnswer(Buffer.concat(chunks), method)));
    const lines = [["host", `127.0.0.1:${port}`], ["connection", "close"], ...headers];
    if (body.length > 0) lines.push(["content-length", String(Buffer.byteLength(body))]);
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`${method} ${target} HTTP/1.1\r\n`);
    socket.write(Buffer.from(`${head}\r\n`, "latin1"));
    if (body.length > 0) socket.write(body);
  });
}
