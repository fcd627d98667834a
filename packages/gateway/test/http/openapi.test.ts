import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";
import { keyRoutes, routeTable } from "./support/route-table.js";

let world: ApiWorld;
let key: string;
// biome-ignore lint/suspicious/noExplicitAny: the test looks at what it expects.
let document: any;
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1]());
  key = await withTenant(world, "acme");
  document = (await world.call("GET", "/openapi.json")).body;
});
afterAll(() => world.close());

const described = (path: string) => path.replace("proxy/*", "proxy/{path}").replace(/:([a-z]+)/g, "{$1}");
const operations = () =>
  Object.entries<Record<string, unknown>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      operation: operation as any,
    })),
  );

/** Everything in a value that has the name. */
function all(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === name ? [inner] : []),
    ...all(inner, name),
  ]);
}

/** Whether a value has the form of a schema, as far as our schemas go. */
function fits(schema: Record<string, unknown>, value: unknown): boolean {
  if (typeof schema.$ref === "string")
    return fits(document.components.schemas[schema.$ref.split("/").at(-1) ?? ""], value);
  const either = (schema.anyOf ?? schema.oneOf) as Record<string, unknown>[] | undefined;
  if (either) return either.some((each) => fits(each, value));
  if (schema.const !== undefined) return schema.const === value;
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return false;
  if (schema.type === "array")
    return Array.isArray(value) && value.every((each) => fits(schema.items as never, each));
  if (schema.type === "object") {
    if (typeof value !== "object" || value === null) return false;
    const named = (schema.properties ?? {}) as Record<string, never>;
    const required = (schema.required ?? []) as string[];
    const known = Object.entries(value).every(([name, inner]) =>
      name in named ? fits(named[name] as never, inner) : schema.additionalProperties !== false,
    );
    return known && required.every((name) => name in value);
  }
  if (Array.isArray(schema.type)) return schema.type.some((type) => fits({ ...schema, type }, value));
  const kind = schema.type === "integer" ? "number" : schema.type;
  return kind === undefined || (kind === "null" ? value === null : typeof value === kind);
}

describe("/openapi.json", () => {
  it("describes every route of the API, with its guard, its problem and its summary", () => {
    expect(document.openapi).toBe("3.1.0");
    const there = new Set(operations().map(({ name }) => name));
    const hidden =
      /favicon.ico|style.css|openapi.json|connect\/|callback\/|logos\/|accents\/|sign-in|dashboard.js/;
    for (const [method, path, guard] of routeTable)
      if (guard !== "operator_page" && !hidden.test(`${method} ${path}`))
        expect(there).toContain(`${method} ${described(path)}`);
    const guarded = new Set(keyRoutes.map(([method, path]) => `${method} ${described(path)}`));
    for (const { name, operation } of operations()) {
      expect([name, operation.security]).toEqual([name, guarded.has(name) ? [{ apiKey: [] }] : []]);
      expect([name, typeof operation.summary]).toEqual([name, "string"]);
      if (name !== "GET /metrics")
        expect([name, operation.responses.default.content["application/problem+json"]]).toEqual([
          name,
          { schema: { $ref: "#/components/schemas/Problem" } },
        ]);
    }
  });

  it("names only what it holds", () => {
    const named = all(document, "$ref").map((ref) => String(ref).replace("#/components/schemas/", ""));
    expect(named.length).toBeGreaterThan(20);
    for (const name of named) expect(Object.keys(document.components.schemas)).toContain(name);
    for (const name of Object.keys(document.components.schemas)) expect(named).toContain(name);
  });

  it("gives examples that fit their schemas, and a changed one would not", () => {
    const examples = Object.values<Record<string, unknown>>(document.components.schemas).flatMap((schema) =>
      ((schema.examples ?? []) as unknown[]).map((example) => ({ schema, example })),
    );
    expect(examples.length).toBeGreaterThanOrEqual(6);
    for (const { schema, example } of examples) {
      expect(fits(schema, example)).toBe(true);
      expect(fits(schema, { ...(example as object), status: {}, app: 1, url: 1, name: 1, broker: 1 })).toBe(
        false,
      );
    }
  });

  it("describes what is answered: lists, one thing, and a problem", async () => {
    const schemaOf = (path: string, status: string, type = "application/json") =>
      document.paths[path].get.responses[status].content[type].schema;
    for (const path of ["/v1/brokers", "/v1/apps", "/v1/keys", "/v1/readiness", "/v1/events", "/v1/audit"]) {
      const { body } = await world.call("GET", path, { key });
      expect([path, fits(schemaOf(path, "200"), body)]).toEqual([path, true]);
      expect([path, fits(schemaOf(path, "200"), { ...body, more: 1 })]).toEqual([path, false]);
    }
    const { body } = await world.call("GET", "/v1/apps/none", { key });
    expect(fits(schemaOf("/v1/apps/{id}", "default", "application/problem+json"), body)).toBe(true);
  });

  it("offers the idempotency key on every POST of the API but the forwarded ones", () => {
    for (const { name, operation } of operations()) {
      const names = (operation.parameters ?? []).map((parameter: { name: string }) => parameter.name);
      const wanted = name.startsWith("POST /v1/") && !name.includes("proxy");
      expect([name, names.includes("Idempotency-Key")]).toEqual([name, wanted]);
    }
  });
});
