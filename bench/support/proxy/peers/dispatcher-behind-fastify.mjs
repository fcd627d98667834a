// The bare dispatcher behind fastify, in a route that takes over from it.
import { fastify } from "fastify";
import { keepAliveTimeout, told } from "./calls.mjs";
import { forward } from "./dispatch.mjs";

const server = fastify({ keepAliveTimeout });
server.removeAllContentTypeParsers();
server.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
server.all("/*", (request, reply) => {
  reply.hijack();
  forward(request.raw, reply.raw);
});
await server.listen({ port: told.port, host: "127.0.0.1" });
