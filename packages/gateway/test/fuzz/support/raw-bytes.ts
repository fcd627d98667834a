import { connect } from "node:net";
import fc from "fast-check";
import { readAnswer } from "../../proxy/support/raw-call.js";
import type { Refusal } from "./refusal-form.js";

/** What a socket may send that is hardly HTTP. */
export const arbitraryBytes: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.constantFrom(
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "GET /v1/connections HTTP/1.1\r\nHost: 127.0.0.1\r\n__proto__: x\r\n\r\n",
    "POST /v1/connections HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "POST /v1/connections HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "POST /v1/connections HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    `GET /${"a".repeat(90_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\nb\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "\u0016\u0003\u0001\u0002\u0000",
  ),
);

/** What the server answers first to these bytes; the status 0 where it closes without a word. */
export function sendBytes(port: number, bytes: string): Promise<Refusal> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => socket.end(Buffer.from(bytes, "latin1")));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => undefined);
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on("close", () => {
      const { status, headers, body } = readAnswer(Buffer.concat(chunks));
      const named = Object.fromEntries(headers);
      const length = Number(named["content-length"] ?? body.length);
      resolve({ status, headers: named, body: body.subarray(0, length).toString() });
    });
  });
}
