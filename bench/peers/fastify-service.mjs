// A service on fastify that does nothing but say that it is ready, and forward calls where an origin is named.
import fastify from "fastify";

const [upstream] = process.argv.slice(2);
const server = fastify();
server.get("/ready", async () => ({ status: "ok" }));
if (upstream !== undefined) {
  const { default: httpProxy } = await import("@fastify/http-proxy");
  server.register(httpProxy, { upstream, prefix: "/proxy" });
}
process.stdout.write(`listens on ${await server.listen({ host: "127.0.0.1", port: 0 })}\n`);
