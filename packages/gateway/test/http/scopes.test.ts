import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "../../src/ports/api-keys.js";
import { databases } from "../support/databases.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";
import { addressOf, keyRoutes } from "./support/route-table.js";

const scopes = ["connect", "read", "session", "proxy", "admin"] as const satisfies readonly Scope[];

let world: ApiWorld;
let whole: string;
const keys = new Map<string, string>();
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1]());
  whole = await withTenant(world, "acme");
  for (const scope of scopes) keys.set(scope, await world.newKey("acme", [scope]));
});
afterAll(() => world.close());

describe("a key does what its scopes say and nothing else", () => {
  it.each(keyRoutes)("%s %s takes keys with the scope %s alone", async (method, path, guard) => {
    const needed = guard === "operator" ? "admin" : guard;
    const body = ["POST", "PUT", "PATCH"].includes(method) ? {} : undefined;
    for (const scope of scopes) {
      const answer = await world.call(method, addressOf(path), { key: keys.get(scope), body });
      if (scope === needed) expect([200, 400, 404]).toContain(answer.status);
      else if (method === "HEAD") expect(answer.status).toBe(403);
      else
        expect([answer.status, answer.body.code, answer.body.field]).toEqual([403, "scope_missing", needed]);
    }
  });

  it("lets a key make none that may do more than itself, and makes one that may do as much", async () => {
    const key = await world.newKey("acme", ["admin", "read"], ["read"]);
    const make = async (body: unknown) => {
      const answer = await world.call("POST", "/v1/keys", { key, body });
      return [answer.status, answer.body.code ?? null, answer.body.field ?? null];
    };
    expect(await make({ name: "n", scopes: ["read", "session"] })).toEqual([403, "scope_missing", "session"]);
    expect(await make({ name: "n", scopes: ["read"], calls: ["order"] })).toEqual([
      403,
      "scope_missing",
      "order",
    ]);
    expect(await make({ name: "n", scopes: ["read", "admin"], calls: ["read"] })).toEqual([201, null, null]);
  });

  it("lets a key make a webhook, which is sent links to log in, only where it may connect besides", async () => {
    const path = "/v1/webhooks";
    const make = async (scopes: readonly Scope[]) => {
      const call = { key: await world.newKey("acme", scopes), body: { url: "https://app.example/hook" } };
      const { status, body } = await world.call("POST", path, call);
      return [status, body.code ?? null, body.field ?? null];
    };
    const listed = async () => (await world.call("GET", path, { key: whole })).body.items.length;
    expect(await make(["admin"])).toEqual([403, "scope_missing", "connect"]);
    expect(await listed()).toBe(0);
    expect(await make(["admin", "connect"])).toEqual([201, null, null]);
    expect(await listed()).toBe(1);
  });

  it("shows a new key once, and never again", async () => {
    const made = await world.call("POST", "/v1/keys", { key: whole, body: { name: "n", scopes: ["read"] } });
    expect(made.body.key).toMatch(/^kunji_test_[A-Za-z0-9]{43}$/);
    expect((await world.call("GET", "/v1/apps", { key: made.body.key })).status).toBe(200);
    const list = await world.call("GET", "/v1/keys?limit=200", { key: whole });
    expect(list.body.items.some(({ id }: { id: string }) => id === made.body.id)).toBe(true);
    expect(list.text).not.toContain(made.body.key);
  });

  it("refuses an ended key at once", async () => {
    const made = await world.call("POST", "/v1/keys", { key: whole, body: { name: "n", scopes: ["read"] } });
    const call = async () => (await world.call("GET", "/v1/apps", { key: made.body.key })).status;
    expect(await call()).toBe(200);
    expect((await world.call("DELETE", `/v1/keys/${made.body.id}`, { key: whole })).status).toBe(204);
    expect(await call()).toBe(401);
  });
});
