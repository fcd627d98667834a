import type { Socket } from "node:net";
import { Problem } from "../domain/problem.js";
import { problemBody } from "./problem-details.js";
import type { SecurityHeaders } from "./security-headers.js";

/** Answers what is no HTTP request, and closes the connection. */
export function answerMalformed(headers: SecurityHeaders, newRequestId: () => string) {
  return ({ code }: { readonly code?: string }, socket: Socket): void => {
    if (code === "ECONNRESET" || !socket.writable) return void socket.destroy();
    const id = newRequestId();
    const answer = problemBody(new Problem("request_invalid"), id);
    const lines = Object.entries({
      ...headers,
      ...answer.headers,
      "content-length": String(Buffer.byteLength(answer.body)),
      "x-request-id": id,
      connection: "close",
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 400 Bad Request\r\n${lines.join("")}\r\n${answer.body}`);
  };
}
