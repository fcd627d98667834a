import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";
import { ownBodies, ownRequests } from "./support/own-things.js";
import { keyRoutes } from "./support/route-table.js";

const withId = keyRoutes
  .filter(([, path]) => path.includes(":"))
  .map(([method, path]) => `${method} ${path}`);
/** Nobody can name another's app here: an id that is free in this tenant makes an app of its own. */
const making = ["PUT /v1/apps/:id"];
/** The proxy is one handler for all methods. */
const proxied = /^(?:GET|HEAD|PUT|PATCH|DELETE) \/v1\/connections\/:id\/proxy/;

describe.each(databases)("tenants are walls, on %s", (_, database) => {
  let world: ApiWorld;
  let owner: string;
  let stranger: string;
  beforeAll(async () => {
    world = await newApiWorld(await database());
    owner = await withTenant(world, "acme", ["zebu", "nuvama"]);
    stranger = await withTenant(world, "other", []);
  });
  afterAll(() => world.close());

  it("has a request for every route with an id", () => {
    const asked = withId.filter((route) => !making.includes(route) && !proxied.test(route));
    expect(Object.keys(ownRequests).sort()).toEqual(asked.sort());
  });

  it.each(Object.entries({ ...ownRequests, ...ownBodies }))(
    "%s answers another tenant as if there were nothing, and its owner as asked",
    async (route, make) => {
      const method = route.split(" ")[0] ?? "";
      const { path, call, status } = await make(world, "acme", owner);
      const theirs = await world.call(method, path, { ...call, key: stranger });
      const nothing = await world.call(method, path.replace(/con_\w+/, "con_none"), {
        ...call,
        key: stranger,
      });
      expect([theirs.status, theirs.body.code]).toEqual([404, "not_found"]);
      const { request_id: _one, ...told } = theirs.body;
      const { request_id: _two, ...ofNothing } = nothing.body;
      expect(told).toEqual(ofNothing);
      expect((await world.call(method, path, { ...call, key: owner })).status).toBe(status);
    },
  );

  it("lists nothing of another tenant's", async () => {
    for (const list of [
      "apps",
      "keys",
      "tenants",
      "webhooks",
      "connections",
      "readiness",
      "events",
      "audit",
    ]) {
      const theirs = await world.call("GET", `/v1/${list}`, { key: stranger });
      const own = await world.call("GET", `/v1/${list}`, { key: owner });
      expect([list, own.body.items.length > 0]).toEqual([list, true]);
      const ids = JSON.stringify(theirs.body.items);
      for (const item of own.body.items) expect(ids).not.toContain(String(item.id ?? item.connection));
    }
  });

  it("keeps an app of the same id apart", async () => {
    const body = { broker: "zebu", environment: "sandbox", return_urls: ["https://other.example/back"] };
    const keys = { client_id: "other", secret_key: "other-secret" };
    const put = await world.call("PUT", "/v1/apps/zebu", { key: stranger, body: { ...body, keys } });
    expect(put.status).toBe(200);
    const own = await world.call("GET", "/v1/apps/zebu", { key: owner });
    expect(own.body.return_urls).not.toEqual(body.return_urls);
    expect(put.body.callback_url).not.toBe(own.body.callback_url);
  });
});
