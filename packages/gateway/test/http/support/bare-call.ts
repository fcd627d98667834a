import { connect } from "node:net";
import { type RawAnswer, readAnswer } from "../../proxy/support/raw-call.js";

/** Sends lines as they are, with nothing of a client's own; the connection ends with the answer. */
export function bareCall(port: number, lines: readonly string[]): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1");
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(readAnswer(Buffer.concat(chunks))));
    socket.write(`${[...lines, "connection: close"].join("\r\n")}\r\n\r\n`);
  });
}
