import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { Guard } from "./guard-types.js";

const refuse = {
  description: "A problem, RFC 9457",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

/** The forwarded calls: their bodies are the brokers'. */
const proxyPath = (method: string) => ({
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
      text ??= textOf(server.swagger() as unknown as OpenApi);
      return reply.type("application/json; charset=utf-8").send(text);
    },
  );
}

interface OpenApi {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly parameters?: readonly unknown[] }>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** Of the forwarded calls. */
const methods = ["get", "head", "post", "put", "patch", "delete"] as const;

/** Adds what no schema says: the idempotency key of each `POST`, and the forwarded calls. */
function withHandWritten(document: OpenApi): OpenApi {
  const paths = Object.entries(document.paths).map(([path, operations]) => {
    const { post } = operations;
    if (!post || !path.startsWith("/v1/")) return [path, operations];
    const parameters = [...(post.parameters ?? []), idempotencyKey];
    return [path, { ...operations, post: { ...post, parameters } }];
  });
  const forwarded = Object.fromEntries(methods.map((method) => [method, proxyPath(method)]));
  return {
    ...document,
    paths: { ...Object.fromEntries(paths), "/v1/connections/{id}/proxy/{path}": forwarded },
  };
}

const reference = /"#\/components\/schemas\/(\w+)"/g;

/** The names that a value leads to, by way of the schemas that it names. */
function namesIn(
  value: unknown,
  schemas: OpenApi["components"]["schemas"],
  found = new Set<string>(),
): Set<string> {
  for (const [, name = ""] of JSON.stringify(value).matchAll(reference)) {
    if (found.has(name)) continue;
    found.add(name);
    namesIn(schemas[name] ?? null, schemas, found);
  }
  return found;
}

/**
 * The document as text. Each schema was made twice, for requests and for answers: only the one that is used stays, under
 * its own name.
 */
function textOf(document: OpenApi): string {
  const { components, ...rest } = withHandWritten(document);
  const used = namesIn(rest.paths, components.schemas);
  const nameOf = (name: string): string => {
    const plain = name.replace(/Input$/, "");
    return used.has(plain) ? name : plain;
  };
  const kept = Object.entries(components.schemas).filter(([name]) => used.has(name));
  const schemas = Object.fromEntries(kept.map(([name, schema]) => [nameOf(name), schema]));
  return JSON.stringify({ ...rest, components: { ...components, schemas } })
    .replace(reference, (_, name: string) => `"#/components/schemas/${nameOf(name)}"`)
    .replaceAll('"Default Response"', '"The answer"');
}
