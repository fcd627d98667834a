// http-proxy, which adds the header.
import { createServer, Agent as HttpAgent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { importPeer } from "../../../peers/import.mjs";
import { keepAliveTimeout, poolOptions, told } from "./calls.mjs";

const { default: httpProxy } = await importPeer("http-proxy");

const Agent = told.origin.startsWith("https:") ? TlsAgent : HttpAgent;
const agent = new Agent({ keepAlive: true, maxSockets: poolOptions.connections });
const proxy = httpProxy.createProxyServer({
  target: told.origin,
  agent,
  headers: { authorization: told.authorization },
});
proxy.on("error", (_error, _request, response) => {
  if (response.headersSent) response.destroy();
  else response.writeHead(502).end();
});
// It doesn't notice a caller who leaves in the midst of an answer, and keeps the broker's connection for good.
proxy.on("proxyRes", (answer, _request, response) => {
  response.once("close", () => answer.destroy());
});
createServer({ keepAliveTimeout }, (request, response) => proxy.web(request, response)).listen(
  told.port,
  "127.0.0.1",
);
