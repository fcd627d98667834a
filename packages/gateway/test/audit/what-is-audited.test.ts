import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, newBrowser } from "../connect/support/browser.js";
import { logInFully, tokenOf } from "../connect/support/logins.js";
import { type ApiWorld, newApiWorld, withTenant } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { returnUrl } from "../support/world.js";

describe.each(databases)("who did what, on %s", (_name, make) => {
  let world: ApiWorld;
  let key: string;
  let keyId: string;
  let seen = 0;
  beforeAll(async () => {
    world = await newApiWorld(await make());
    key = await withTenant(world, "acme", ["zebu", "nuvama"]);
    keyId = (await world.call("GET", "/v1/keys", { key })).body.items[0].id;
  });
  afterAll(() => world.close());

  const call = (method: string, path: string, body?: unknown) => world.call(method, path, { key, body });
  /** What the audit has since the last look: the action, by a key or by nobody, and to what. */
  async function told(): Promise<string[]> {
    const { body } = await call("GET", `/v1/audit?after=${seen}&limit=200`);
    seen = body.items.at(-1)?.sequence ?? seen;
    return body.items.map((one: { action: string; key: string | null; id: string }) => {
      expect([null, keyId]).toContain(one.key);
      return `${one.action} ${one.key === null ? "-" : "key"} ${one.id}`;
    });
  }

  it("from a link to the end of a connection", async () => {
    await told();
    const made = await call("POST", "/v1/connections", { app: "zebu", user: "u1", return_url: returnUrl });
    const { id } = made.body;
    expect(await told()).toEqual([`connection.add key ${id}`]);
    const at = { tenant: "acme", broker: "zebu" } as const;
    const login = async (link: string) =>
      codeOf(await logInFully(world, newBrowser(world), at, tokenOf(link)));
    const wrong = await login(made.body.connect_url);
    expect(await told()).toEqual([`connection.login - ${id}`]);
    await call("POST", `/v1/connections/${id}/confirm`, { code: wrong, user: "another" });
    expect(await told()).toEqual([`connection.login_fail key ${id}`]);
    await call("POST", `/v1/connections/${id}/confirm`, { code: wrong, user: "u1" });
    expect(await told()).toEqual([`connection.confirm_fail key ${id}`]);
    const again = await call("POST", "/v1/connections", { connection: id });
    expect(await told()).toEqual([`connection.reconnect key ${id}`]);
    const code = await login(again.body.connect_url);
    await call("POST", `/v1/connections/${id}/confirm`, { code, user: "u1" });
    expect(await told()).toEqual([`connection.login - ${id}`, `connection.activate key ${id}`]);
    expect((await call("GET", `/v1/connections/${id}/session`)).status).toBe(200);
    expect(await told()).toEqual([`session.read key ${id}`]);
    await call("GET", `/v1/connections/${id}`);
    await call("GET", "/v1/connections");
    expect(await told()).toEqual([]);
    await call("DELETE", `/v1/connections/${id}`);
    await call("DELETE", `/v1/connections/${id}`);
    expect(await told()).toEqual([`connection.close key ${id}`]);
  });

  it("to apps, keys, tenants and webhooks, once for each change, and not for what was refused", async () => {
    await told();
    const app = { broker: "zebu", environment: "sandbox", return_urls: [returnUrl] };
    expect((await call("PUT", "/v1/apps/zebu", app)).status).toBe(200);
    expect((await call("PUT", "/v1/apps/zebu", { ...app, broker: "rmoney" })).status).toBe(409);
    const made = (await call("POST", "/v1/keys", { name: "n", scopes: ["read"] })).body.id;
    await call("DELETE", `/v1/keys/${made}`);
    const tenant = (await call("POST", "/v1/tenants", { name: "n" })).body;
    expect(await told()).toEqual([
      "app.put key zebu",
      `key.add key ${made}`,
      `key.end key ${made}`,
      `tenant.add key ${tenant.id}`,
    ]);
    const theirs = await world.call("GET", "/v1/audit", { key: tenant.api_key.key });
    expect(theirs.body.items.map(({ action, key }: { action: string; key: null }) => [action, key])).toEqual([
      ["tenant.add", null],
      ["key.add", null],
    ]);
    await call("DELETE", `/v1/tenants/${tenant.id}`);
    const hook = (await call("POST", "/v1/webhooks", { url: "https://app.example/hook" })).body.id;
    const path = `/v1/webhooks/${hook}`;
    await call("PATCH", path, { users: ["u1"], url: "https://app.example/other" });
    await call("POST", `${path}/test`);
    await call("POST", `${path}/replay`, { from: 1 });
    await call("POST", `${path}/resume`);
    await call("DELETE", path);
    expect((await call("PATCH", path, { users: null })).body.code).toBe("webhook_ended");
    expect(await told()).toEqual([
      `tenant.end key ${tenant.id}`,
      `webhook.add key ${hook}`,
      `webhook.change key ${hook}`,
      `webhook.test key ${hook}`,
      `webhook.replay key ${hook}`,
      `webhook.end key ${hook}`,
    ]);
  });

  it("comes as one stream of lines that is whole", async () => {
    const { text, headers, status } = await call("GET", "/v1/audit?format=ndjson&after=2&limit=1");
    expect([status, headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
    const lines = text.trimEnd().split("\n");
    const paged = (await call("GET", "/v1/audit?after=2&limit=200")).body.items;
    expect(lines.map((line) => JSON.parse(line))).toEqual(paged);
    expect(paged.length).toBeGreaterThan(10);
    expect((await call("GET", "/v1/audit/verify")).body).toMatchObject({ intact: true, faults: [] });
    expect((await call("GET", "/v1/audit?format=csv")).status).toBe(400);
    for (const [query, said] of [
      ["/verify?anchor=1:zz", "`<sequence>:<64 hex digits>`"],
      [`?after=${"9f3c".repeat(16)}`, "a whole number"],
    ] as const) {
      const refused = await call("GET", `/v1/audit${query}`);
      expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining(said)]);
    }
  });
});
