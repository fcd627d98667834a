import { createServer } from "node:http";
import { createSandbox } from "@kunji/sandbox";

/**
 * A sandbox behind a server of the test's own, which takes the calls named \`Count\` itself, slowly, and keeps what they said.
 * @returns `{ url, ask, counted, close }`
 */
export async function relayedSandbox() {
  const sandbox = createSandbox({ now: Date.now });
  const counted = [];
  const takes = { ms: 100 };
  let underWay = 0;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { pathname, searchParams } = new URL(request.url, "http://127.0.0.1");
    if (pathname.endsWith("/Count")) {
      counted.push(searchParams.get("tag"));
      underWay++;
      setTimeout(() => {
        underWay--;
        response.setHeader("content-type", "application/json").end('{"stat":"Ok"}');
      }, takes.ms);
      return;
    }
    const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
    const answer = await sandbox.fetch(`http://127.0.0.1${request.url}`, {
      method: request.method,
      headers,
      redirect: "manual",
      ...(body.length > 0 && { body }),
    });
    const cookies = answer.headers.getSetCookie();
    response.writeHead(answer.status, {
      ...Object.fromEntries([...answer.headers].filter(([name]) => name !== "content-length")),
      ...(cookies.length > 0 && { "set-cookie": cookies }),
    });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    counted,
    takes,
    underWay: () => underWay,
    async ask(method, path, body) {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(url + path, {
        method,
        ...(body && { headers, body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return text === "" ? undefined : JSON.parse(text);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await sandbox.close?.();
    },
  };
}
