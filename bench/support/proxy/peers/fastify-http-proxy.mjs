// @fastify/http-proxy, which adds the header.
import { importPeer } from "../../../peers/import.mjs";
import { keepAliveTimeout, poolOptions, told } from "./calls.mjs";

const { fastify } = await importPeer("fastify");
const { default: httpProxy } = await importPeer("@fastify/http-proxy");

const server = fastify({ keepAliveTimeout });
await server.register(httpProxy, {
  upstream: told.origin,
  undici: poolOptions,
  replyOptions: {
    rewriteRequestHeaders: (_request, headers) => ({ ...headers, authorization: told.authorization }),
  },
});
await server.listen({ port: told.port, host: "127.0.0.1" });
