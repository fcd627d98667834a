import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";

describe.each(databases)("an operator makes and ends tenants, on %s", (_, database) => {
  let world: ApiWorld;
  let operator: string;
  beforeAll(async () => {
    world = await newApiWorld(await database());
    operator = await withTenant(world, "acme", []);
  });
  afterAll(() => world.close());

  const make = (key: string, body: unknown) => world.call("POST", "/v1/tenants", { key, body });

  it("makes a tenant whose key may do everything within it but make tenants", async () => {
    const made = await make(operator, { id: "desk", name: "Desk" });
    expect(made.status).toBe(201);
    expect(made.body.api_key.scopes).toEqual(["connect", "read", "session", "proxy", "admin"]);
    const { key } = made.body.api_key;
    expect((await world.call("GET", "/v1/keys", { key })).status).toBe(200);
    const refused = await make(key, { name: "below" });
    expect([refused.status, refused.body.code, refused.body.field]).toEqual([
      403,
      "scope_missing",
      "operator",
    ]);
    expect((await world.call("GET", "/metrics", { key })).status).toBe(403);
    expect((await world.call("GET", "/metrics", { key: operator })).status).toBe(200);
  });

  it("refuses an id that is taken, and takes one that is free", async () => {
    expect((await make(operator, { id: "taken", name: "n" })).status).toBe(201);
    const again = await make(operator, { id: "taken", name: "n" });
    expect([again.status, again.body.code]).toEqual([409, "id_taken"]);
    expect((await make(operator, { id: "free", name: "n" })).status).toBe(201);
  });

  it.each([".", ".."])(
    "refuses the id %j, which a client drops from an address, and takes others",
    async (id) => {
      const refused = await make(operator, { id, name: "n" });
      expect([refused.status, refused.body.code, refused.body.field]).toEqual([400, "request_invalid", "id"]);
      expect((await make(operator, { id: `${id}a`, name: "n" })).status).toBe(201);
    },
  );

  it("ends a tenant and its keys at once, and no tenant that it has not made", async () => {
    const { body } = await make(operator, { id: "ending", name: "n" });
    const { key } = body.api_key;
    expect((await world.call("GET", "/v1/apps", { key })).status).toBe(200);
    expect((await world.call("DELETE", "/v1/tenants/ending", { key: operator })).status).toBe(204);
    expect((await world.call("GET", "/v1/apps", { key })).status).toBe(401);
    expect((await world.call("DELETE", "/v1/tenants/acme", { key: operator })).status).toBe(404);
    const { items } = (await world.call("GET", "/v1/tenants", { key: operator })).body;
    expect(items.find(({ id }: { id: string }) => id === "ending").ended_at).not.toBeNull();
  });

  it("writes down who made and ended them", async () => {
    const { items } = (await world.call("GET", "/v1/audit?limit=200", { key: operator })).body;
    const lines = items.map(({ action, kind, id }: Record<string, string>) => `${action} ${kind} ${id}`);
    expect(lines).toContain("tenant.add tenant ending");
    expect(lines).toContain("tenant.end tenant ending");
  });
});
