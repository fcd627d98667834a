import { createServer } from "node:http";

/** Takes whatever is sent to it, and keeps heads and bodies. */
export async function openReceiver() {
  const received: string[] = [];
  const server = createServer((request, answer) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      received.push(`${request.rawHeaders.join("\n")}\n${body}`);
      answer.writeHead(204).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { received, url: `http://127.0.0.1:${port}/`, server };
}
