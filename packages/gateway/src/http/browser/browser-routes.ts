import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import type { FastifyInstance } from "fastify";
import type { Ports } from "../../ports/ports.js";
import { style, stylePath } from "../pages/style.js";
import { callbackRoutes } from "./callback-routes.js";
import { connectRoutes } from "./connect-routes.js";

/** All that a user's browser opens: the connect links, the brokers' callbacks, and the stylesheet of the pages. */
export const browserRoutes =
  ({ ports }: { readonly ports: Ports }) =>
  async (server: FastifyInstance): Promise<void> => {
    if (!server.hasReplyDecorator("setCookie")) await server.register(cookie);
    if (!server.hasContentTypeParser("application/x-www-form-urlencoded")) await server.register(formbody);
    server.get(stylePath, { config: { guard: { kind: "open" } } }, (_, reply) =>
      reply
        .headers({ "content-type": "text/css; charset=utf-8", "cache-control": "public, max-age=3600" })
        .send(style),
    );
    connectRoutes(server, ports);
    callbackRoutes(server, ports);
  };
