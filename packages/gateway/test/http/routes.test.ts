import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServer } from "../../src/http/server.js";
import { openDemo } from "../browser/support/demo-gateway.js";
import { databases } from "../support/databases.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";
import { addressOf, demoRouteTable, keyRoutes, routeTable } from "./support/route-table.js";

let world: ApiWorld;
let key: string;
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1]());
  key = await withTenant(world, "acme");
});
afterAll(() => world.close());

const guardsOf = (server: FastifyInstance) =>
  server.guardedRoutes.map(
    ({ method, path, guard }) => [method, path, guard.kind === "key" ? guard.scope : guard.kind] as const,
  );
const shown = (rows: readonly (readonly [string, string, string])[]) =>
  rows.map((row) => row.join(" ")).sort();

describe("every route names who may call it", () => {
  it("has the routes of the list, each with its guard, and no other", () => {
    const there = guardsOf(world.server);
    expect(shown(there)).toEqual(shown(routeTable));
  });

  it("has those of the demo besides where the demo is on, and no other", async () => {
    const demo = await openDemo(world);
    const there = guardsOf(demo.server);
    await demo.close();
    expect(shown(there)).toEqual(shown([...routeTable, ...demoRouteTable]));
  });

  it("refuses a route without a guard when it is registered, and takes the same one with it", async () => {
    const options = {
      ports: world.ports,
      limits: { perKey: null, perAddress: null },
      trustedProxies: [],
      loopback: false,
    };
    const handler = async () => "here";
    const bare = createServer({ ...options, routes: [(server) => void server.get("/bare", handler)] });
    await expect(bare).rejects.toThrow("The route GET /bare names no guard.");
    const guarded = await createServer({
      ...options,
      routes: [(server) => void server.get("/bare", { config: { guard: { kind: "open" } } }, handler)],
    });
    expect((await guarded.inject("/bare")).body).toBe("here");
    await guarded.close();
  });

  it.each(keyRoutes.map(([method, path]) => `${method} ${path}`))(
    "answers %s with 401 without a key and with a foreign one, and lets its own further",
    async (route) => {
      const [method = "", path = ""] = route.split(" ");
      const address = addressOf(path);
      const call = async (key?: string) => {
        const body = ["POST", "PUT", "PATCH"].includes(method) ? {} : undefined;
        return (await world.call(method, address, { key, body })).status;
      };
      expect(await call()).toBe(401);
      expect(await call(`kunji_test_${"x".repeat(43)}`)).toBe(401);
      expect(await call("short")).toBe(401);
      expect([200, 400, 404]).toContain(await call(key));
    },
  );

  it("has no icon, and says so to every browser that asks, without a fault in its log", async () => {
    const icon = await world.call("GET", "/favicon.ico");
    expect([icon.status, icon.text]).toEqual([204, ""]);
    expect((await world.call("GET", "/favicon.png")).status).toBe(404);
  });

  it("answers other methods of an address with 405 and its methods, and other addresses with 404", async () => {
    const other = await world.call("PATCH", "/v1/keys", { key });
    expect([other.status, other.body.code, other.headers.get("allow")]).toEqual([
      405,
      "method_not_allowed",
      "GET, POST",
    ]);
    const none = await world.call("GET", "/v1/nothing", { key });
    expect([none.status, none.body.code]).toEqual([404, "not_found"]);
  });
});
