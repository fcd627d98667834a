// A broker for a million calls: the sandbox logs in, and one call that reads is answered here, to whoever has the session.
import { createServer, request } from "node:http";
import { createSandbox } from "@kunji/sandbox";
import { brokers } from "kunji";
import { publicUrl } from "../../packages/gateway/test/support/world.ts";

const { path } = brokers.autoshares.traits.firstCall;
const measured = `/autoshares/api${path}`;
export const answer = JSON.stringify({
  UserId: 42,
  Login: "asha",
  Positions: Array(20).fill({ qty: "12.5", last: "104.75" }),
});

const listening = (server) =>
  new Promise((done) =>
    server.listen(0, "127.0.0.1", () => done(`http://127.0.0.1:${server.address().port}`)),
  );

/**
 * `path` is the call as a gateway's proxy takes it, `measured` the whole one. `admit` takes the headers of sessions: from then
 * on the call is answered here, to one of them.
 */
export async function openStandIn() {
  const sandbox = createSandbox({ urls: { gateway: publicUrl } });
  const { origin: behind } = await sandbox.listen({ host: "127.0.0.1", port: 0 });
  let sessions;
  const admits = (headers) =>
    sessions.some((session) => session.every(([name, value]) => headers[name] === value));
  const server = createServer((incoming, response) => {
    if (sessions && incoming.url === measured) {
      const right = admits(incoming.headers);
      response.writeHead(right ? 200 : 401, { "content-type": "application/json" });
      return response.end(right ? answer : "{}");
    }
    const headers = { ...incoming.headers, host: new URL(behind).host };
    const passed = request(behind + incoming.url, { method: incoming.method, headers }, (theirs) => {
      response.writeHead(theirs.statusCode, theirs.headers);
      theirs.pipe(response);
    });
    incoming.pipe(passed.on("error", () => response.destroy()));
  });
  return {
    sandbox,
    behind,
    origin: await listening(server),
    path,
    measured,
    admit(of) {
      sessions = of.map((headers) =>
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      );
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await sandbox.close();
    },
  };
}
