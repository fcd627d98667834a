import { connect } from "node:net";

/** What comes over a bare connection, and how it ended. */
export const overSocket = (port: number, line: string, body: string, host = "127.0.0.1") =>
  new Promise<{ text: string; ended: string | undefined }>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (bytes) => {
      text += bytes;
    });
    socket.on("error", ({ code }: NodeJS.ErrnoException) => resolve({ text, ended: code }));
    socket.on("end", () => resolve({ text, ended: "closed" }));
    const headers = [`host: ${host}`, "connection: close", `content-length: ${Buffer.byteLength(body)}`];
    socket.write(`${[line, ...headers].join("\r\n")}\r\n\r\n${body}`);
  });
