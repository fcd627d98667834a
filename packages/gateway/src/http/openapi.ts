import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { Guard } from "./guard-types.js";

const refuse = {
  description: "A problem, RFC 9457",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

/** The forwarded calls: their bodies are the brokers'. */
const proxyPath = (method: "get" | "post" | "put" | "delete") => ({
  summary: "Forward a call to the broker with the connection's credentials",
  description:
    "The path is relative to the broker's base URL and is forwarded untouched, query included. The header `kunji-answer-from` tells the broker's answers from the gateway's. Needs the scope `proxy`; a call that is no read needs the API key's calls besides.",
  operationId: `proxy-${method}`,
  parameters: ["id", "path"].map((name) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  })),
  security: [{ apiKey: [] }],
  responses: { "200": { description: "The broker's answer, untouched" }, default: refuse },
});

function accessOf(guard: Guard | undefined): string | undefined {
  if (guard?.kind === "operator") return "For keys with the scope `admin` of the operator's own tenant.";
  return guard?.kind === "key" ? `Needs the scope \`${guard.scope}\`.` : undefined;
}

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "Takes effect once: the same key gets the first one's answer for a day.",
  schema: { type: "string", minLength: 1, maxLength: 200 },
} as const;

/** Describes the routes that are registered from here on, and serves that at `/openapi.json`. */
export async function describeRoutes(server: FastifyInstance, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Kunji gateway",
        version,
        description:
          "Logs an app's users in at their brokers, keeps their sessions and knows when each ends.",
      },
      components: { securitySchemes: { apiKey: { type: "http", scheme: "bearer" } } },
    },
    transform(document) {
      const { schema, url } = jsonSchemaTransform(document as never);
      const access = accessOf(document.route.config?.guard);
      const description = [schema.description, access].filter(Boolean).join(" ");
      return {
        url,
        schema: {
          ...schema,
          ...(description && { description }),
          security: access ? [{ apiKey: [] }] : [],
        },
      };
    },
    transformObject: jsonSchemaTransformObject,
  });
  let text: string | undefined;
  server.get(
    "/openapi.json",
    { config: { guard: { kind: "open" } }, schema: { hide: true } as object },
    async (_, reply) => {
      text ??= JSON.stringify(withHandWritten(server.swagger() as unknown as OpenApi));
      return reply.type("application/json; charset=utf-8").send(text);
    },
  );
}

interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly parameters?: readonly unknown[] }>>>
  >;
}

/** Adds what no schema says: the idempotency key of each `POST`, and the forwarded calls. */
function withHandWritten(document: OpenApi): object {
  const paths = Object.entries(document.paths).map(([path, methods]) => [
    path,
    methods.post && path.startsWith("/v1/")
      ? {
          ...methods,
          post: { ...methods.post, parameters: [...(methods.post.parameters ?? []), idempotencyKey] },
        }
      : methods,
  ]);
  const forwarded = Object.fromEntries(
    (["get", "post", "put", "delete"] as const).map((method) => [method, proxyPath(method)]),
  );
  return {
    ...document,
    paths: { ...Object.fromEntries(paths), "/v1/connections/{id}/proxy/{path}": forwarded },
  };
}
