import { once } from "node:events";
import { connect } from "node:net";
import { type RawAnswer, readAnswer } from "./raw-call.js";

/** Writes a chunked body to its end, whatever is answered meanwhile, and gives back the answer. */
export async function rawUpload(
  port: number,
  target: string,
  headers: readonly (readonly [string, string])[],
  pieces: Iterable<Buffer>,
): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  const socket = connect(port, "127.0.0.1");
  socket.on("data", (chunk) => chunks.push(chunk));
  const lines = [["host", "127.0.0.1"], ["transfer-encoding", "chunked"], ...headers];
  socket.write(`POST ${target} HTTP/1.1\r\n${lines.map((line) => `${line.join(": ")}\r\n`).join("")}\r\n`);
  for (const piece of pieces) {
    socket.write(`${piece.length.toString(16)}\r\n`);
    socket.write(piece);
    if (!socket.write("\r\n")) await once(socket, "drain");
  }
  socket.write("0\r\n\r\n");
  let answer = readAnswer(Buffer.concat(chunks));
  while (!answer.whole) {
    await once(socket, "data");
    answer = readAnswer(Buffer.concat(chunks));
  }
  socket.destroy();
  return answer;
}
