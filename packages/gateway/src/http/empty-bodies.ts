import type { FastifyInstance } from "fastify";

/**
 * Takes an empty body that calls itself JSON where a route wants none, as of a `DELETE` by a client that names its type with
 * every request. Where a body is wanted, an empty one is refused still.
 */
export function takeEmptyBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser("error", "error");
  server.removeContentTypeParser("application/json");
  server.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    const wantsNone = request.routeOptions.schema?.body === undefined;
    if (body === "" && wantsNone) done(null, undefined);
    else parse(request, body as string, done);
  });
}
