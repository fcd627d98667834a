import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { Secret } from "kunji";
import { buildConnector } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEgress } from "../../src/adapters/egress/undici-egress.js";
import { newConnection } from "../connect/support/logins.js";
import { type Answer, type ApiWorld, newApiWorld, withTenant } from "../http/support/api-world.js";
import { dumpTables } from "../invariants/support/dump-database.js";
import { databases, type TestDatabase } from "../support/databases.js";
import { returnUrl } from "../support/world.js";
import { type ForwardProxy, startForwardProxy } from "./support/forward-proxy.js";

const tenant = "acme";
const pem = readFileSync(new URL("../webhooks/support/receiver.pem", import.meta.url), "utf8");

/** All that lies in a database. */
async function dumped({ place }: TestDatabase): Promise<string> {
  if ("url" in place) return (await dumpTables(place.url)).map(({ text }) => text).join("\n");
  const folder = dirname(place.file);
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "latin1"))
    .join("\n");
}

describe.each(databases)("a proxy is set, on %s", (_name, make) => {
  let database: TestDatabase;
  let world: ApiWorld;
  let key: string;
  let open: ForwardProxy;
  let guarded: ForwardProxy;
  beforeAll(async () => {
    database = await make();
    world = await newApiWorld(database);
    key = await withTenant(world, tenant);
    open = await startForwardProxy();
    guarded = await startForwardProxy({ login: "asha:pass:marked ü" });
  });
  afterAll(async () => {
    await open.close();
    await guarded.close();
    await world.close();
  });

  const put = (egress: unknown): Promise<Answer> =>
    world.call("PUT", "/v1/apps/zebu", {
      key,
      body: { broker: "zebu", environment: "sandbox", return_urls: [returnUrl], egress },
    });
  const told = ({ status, body }: Answer) => [status, body.code ?? null, body.field ?? null];

  it("tries it by a tunnel to the broker's host, and stores nothing where that fails", async () => {
    expect(told(await put(null))).toEqual([200, null, null]);
    expect(told(await put(open.url))).toEqual([200, null, null]);
    expect(open.asked).toContain(new URL(world.sandboxUrl).host);
    const dead = await startForwardProxy();
    await dead.close();
    const refusing = await startForwardProxy({ status: 403 });
    for (const egress of [dead.url, refusing.url, guarded.url, guarded.with("asha:wrong")])
      expect(told(await put(egress))).toEqual([422, "egress_unreachable", "egress"]);
    await refusing.close();
    expect((await world.call("GET", "/v1/apps/zebu", { key })).body.egress).toBe(open.url);
  });

  it("shows it without its password, keeps that when it is given back as shown, and seals it", async () => {
    const shown = guarded.with("asha");
    const whole = guarded.with("asha:pass:marked%20%C3%BC");
    const first = await put(whole);
    expect([first.status, first.body.egress]).toEqual([200, shown]);
    expect(told(await put(shown))).toEqual([200, null, null]);
    const { connection } = await newConnection(world, { tenant, broker: "zebu" });
    const patched = await world.call("PATCH", `/v1/connections/${connection.id}`, {
      key,
      body: { egress: whole },
    });
    expect([patched.status, patched.body.egress]).toEqual([200, shown]);
    const listed = await world.call("GET", "/v1/connections", { key });
    expect(listed.body.items.map(({ egress }: { egress: string | null }) => egress)).toContain(shown);
    const audit = await world.call("GET", "/v1/audit?limit=200", { key });
    const dump = await dumped(database);
    for (const text of [first.text, patched.text, listed.text, audit.text, dump])
      expect(text).not.toContain("marked");
    expect(dump).toContain(shown);
  });

  it("writes who set which one to the audit", async () => {
    await put(open.url);
    const made = await world.call("POST", "/v1/connections", {
      key,
      body: { app: "zebu", user: "u9", return_url: returnUrl, egress: open.url },
    });
    expect(made.status).toBe(201);
    await world.call("PATCH", `/v1/connections/${made.body.id}`, { key, body: { egress: null } });
    const { items } = (await world.call("GET", "/v1/audit?limit=200", { key })).body;
    const noted = items.map(({ action, id, facts }: Record<string, unknown>) => [action, id, facts]);
    expect(noted.slice(-4)).toEqual([
      ["app.put", "zebu", expect.objectContaining({ egress: open.url })],
      ["connection.add", made.body.id, null],
      ["connection.egress", made.body.id, { egress: open.url }],
      ["connection.egress", made.body.id, { egress: null }],
    ]);
  });

  it.each([
    "ftp://127.0.0.1:1",
    "socks5://127.0.0.1:1",
    "127.0.0.1:3128",
    "http://",
    "http://127.0.0.1:99999",
    "http://127.0.0.1:1/path",
    "http://127.0.0.1:1?x",
    "http://127.0.0.1:1#x",
    "http://:secret@127.0.0.1:1",
    "http://a%zz:b@127.0.0.1:1",
    " http://127.0.0.1:1",
    7,
  ])("refuses %s, which is no proxy", async (egress) => {
    const refused = await put(egress);
    expect([refused.status, refused.body.code]).toEqual([400, "request_invalid"]);
    expect(told(await put(`${open.url}/`))).toEqual([200, null, null]);
  });
});

describe("where a proxy may lie", () => {
  const origin = "http://127.0.0.1:1";

  it("is the public internet, by name and by address, unless the operator allows any", async () => {
    const proxy = await startForwardProxy();
    const target = await startForwardProxy();
    const { port } = new URL(proxy.url);
    const lookup = async () => ["127.0.0.1"];
    const guarded = createEgress({ targets: "public", lookup, connectMs: 500 });
    const free = createEgress({ targets: "any", connectMs: 500 });
    for (const url of [proxy.url, `http://proxy.example:${port}`]) {
      expect(await guarded.try(new Secret(url), target.url)).toBe("refused");
      await expect(guarded.fetch(new Secret(url), target.url, {})).rejects.toThrow();
    }
    expect(proxy.asked).toEqual([]);
    expect(await free.try(new Secret(proxy.url), target.url)).toBe("reached");
    expect((await free.fetch(new Secret(proxy.url), target.url, {})).status).toBe(403);
    for (const part of [guarded, free, proxy, target]) await part.close();
  });

  it("may be behind TLS, whose certificate must be the proxy's", async () => {
    const proxy = await startForwardProxy({ tls: pem, login: "u:p" });
    const target = await startForwardProxy();
    const here = (connect: buildConnector.connector): buildConnector.connector => {
      return (options, callback) => connect({ ...options, hostname: "127.0.0.1" }, callback);
    };
    const connect = { timeout: 500, allowH2: false };
    const trusting = createEgress({
      targets: "any",
      connect: here(buildConnector({ ...connect, ca: pem })),
    });
    const plain = createEgress({ targets: "any", connect: here(buildConnector(connect)) });
    const { port } = new URL(proxy.url);
    const named = new Secret(`https://u:p@receiver.example:${port}`);
    expect(await plain.try(named, target.url)).toBe("unreachable");
    expect(await trusting.try(named, target.url)).toBe("reached");
    expect((await trusting.fetch(named, target.url, {})).status).toBe(403);
    const other = new Secret(`https://u:p@other.example:${port}`);
    expect(await trusting.try(other, target.url)).toBe("unreachable");
    for (const part of [trusting, plain, proxy, target]) await part.close();
  });

  it("gives up on one that never answers", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const egress = createEgress({ targets: "any", connectMs: 200 });
    expect(await egress.try(new Secret(`http://127.0.0.1:${port}`), origin)).toBe("unreachable");
    await egress.close();
    silent.close();
  });
});
