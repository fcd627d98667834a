import { GatewayError, gateway } from "kunji/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, newBrowser } from "../connect/support/browser.js";
import { logInFully, tokenOf } from "../connect/support/logins.js";
import { databases } from "../support/databases.js";
import { returnUrl } from "../support/world.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";
import { routeTable } from "./support/route-table.js";

const tenant = "acme";

describe("the typed client at a gateway", () => {
  let world: ApiWorld;
  let key: string;
  /** The calls that a client has sent, as `GET /v1/apps`. */
  const sent: string[] = [];
  const client = (own = key) =>
    gateway({
      url: world.url,
      key: own,
      fetch: (url, init) => {
        sent.push(`${init.method} ${new URL(url).pathname}`);
        return fetch(url, init);
      },
    });
  const codeFrom = async (call: Promise<unknown>): Promise<string> => {
    const error = await call.catch((thrown: unknown) => thrown);
    if (!(error instanceof GatewayError)) throw new Error("It succeeded, or threw something else.");
    return error.code;
  };
  const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
    const found: T[] = [];
    for await (const item of items) found.push(item);
    return found;
  };
  /** A connection that was logged in at the sandbox, by the client's own calls around it. */
  async function connect(broker: "zebu" | "nuvama", user: string) {
    const { connections } = client();
    const made = await connections.create({ app: broker, user, return_url: returnUrl });
    const at = { tenant, broker };
    const step = await logInFully(world, newBrowser(world), at, tokenOf(made.connect_url));
    return { id: made.id, confirmation: { code: codeOf(step), user } };
  }

  beforeAll(async () => {
    world = await newApiWorld(await databases[0][1]());
    key = await withTenant(world, tenant, ["zebu", "nuvama"]);
  });
  afterAll(() => world.close());

  it("registers apps, and lists the brokers and them", async () => {
    const { apps, brokers } = client();
    expect((await brokers()).map(({ id }) => id)).toContain("zebu");
    const own = { broker: "zebu", environment: "sandbox", keys: { clientId: "C", secret: "s" } } as const;
    const put = await apps.put("own", { ...own, return_urls: [returnUrl] });
    expect(put.callback_url).toMatch(/\/callback\/zebu\//);
    expect(await apps.get("own")).toEqual(put);
    expect((await all(apps.each({ limit: 1 }))).map(({ id }) => id)).toEqual(["nuvama", "own", "zebu"]);
    expect(await codeFrom(apps.put("own", { broker: "rmoney", return_urls: [] }))).not.toBe("not_found");
    expect(await codeFrom(apps.get("nobody"))).toBe("not_found");
  });

  it("makes tenants, keys and webhooks, lists and ends them", async () => {
    const { tenants, keys, webhooks } = client();
    const made = await tenants.add({ id: "desk", name: "Desk" });
    expect((await tenants.list()).items.map(({ id }) => id)).toEqual(["desk"]);
    expect((await client(made.api_key.key).apps.list()).items).toEqual([]);
    await tenants.end("desk");
    const added = await keys.add({ name: "reader", scopes: ["read"] });
    expect(await codeFrom(client(added.key).keys.list())).toBe("scope_missing");
    expect((await client(added.key).apps.list()).items).toHaveLength(3);
    await keys.end(added.id);
    expect((await all(keys.each())).find(({ id }) => id === added.id)?.ended_at).not.toBeNull();
    const hook = await webhooks.add({ url: "https://app.example/hook", types: ["connection.closed"] });
    expect(await webhooks.get(hook.id)).toMatchObject({ types: ["connection.closed"] });
    expect((await webhooks.list()).items).toHaveLength(1);
    expect((await webhooks.deliveries(hook.id, { after: 0 })).items).toEqual([]);
    const changed = await webhooks.change(hook.id, { types: null, brokers: ["zebu"], users: ["u1"] });
    expect(changed).toMatchObject({
      url: hook.url,
      types: null,
      brokers: ["zebu"],
      users: ["u1"],
      apps: null,
    });
    const test = await webhooks.test(hook.id);
    expect((await all(webhooks.eachDelivery(hook.id))).map(({ sequence }) => sequence)).toEqual([
      test.sequence,
    ]);
    expect(await webhooks.replay(hook.id, { from: 1 })).toEqual({ replayed: 0, next: null });
    expect(await codeFrom(webhooks.replay(hook.id, { sequence: 9_999 }))).toBe("not_found");
    expect(await webhooks.resume(hook.id)).toMatchObject({ paused_at: null });
    await webhooks.end(hook.id);
    expect(await codeFrom(webhooks.test(hook.id))).toBe("webhook_ended");
  });

  it("takes a user from the link to a call at the broker, and tells what happened", async () => {
    const { connections, events, audit } = client();
    const { id, confirmation } = await connect("zebu", "u1");
    expect(await codeFrom(connections.session(id))).toBe("login_needed");
    expect(await connections.confirm(id, confirmation)).toMatchObject({ id, status: "active" });
    expect(await codeFrom(connections.confirm(id, confirmation))).toBe("code_refused");
    const session = await connections.session(id, { min: 60 });
    expect(session).toMatchObject({ connection: id, generation: 1 });
    const { method, path, body, account } = world.ports.brokers.traits.zebu.firstCall;
    const own = body && account ? body.replaceAll(account, session.account ?? "") : (body ?? undefined);
    const answer = await connections.fetch(id, path, { method, body: own });
    expect(answer.status).toBe(200);
    expect(
      await codeFrom(connections.fetch(id, "/NorenWClientAPI/Logout", { method: "POST", body: "{}" })),
    ).toBe("credential_call_refused");
    expect((await connections.list({ user: "u1", status: "active" })).items.map((one) => one.id)).toEqual([
      id,
    ]);
    expect((await connections.reconnect(id)).id).toBe(id);
    const wish = { apps: ["zebu", "nuvama"], user: "u1", return_url: returnUrl };
    const choice = await client().connectLinks.create(wish);
    expect(Object.keys(choice).sort()).toEqual(["connect_url", "expires_at"]);
    expect((await connections.get(id)).status).toBe("active");
    expect(await connections.change(id, { egress: null })).toMatchObject({ id, egress: null });
    expect(await codeFrom(connections.change(id, { egress: "ftp://proxy" }))).toBe("request_invalid");
    await connections.close(id);
    expect(await codeFrom(connections.fetch(id, path))).toBe("connection_closed");
    const types = (await all(events.each({ limit: 1 }))).filter((event) => event.connection === id);
    expect(types.at(-1)?.type).toBe("connection.closed");
    const entries = await all(audit.each({ limit: 1 }));
    expect(entries.map(({ action }) => action)).toContain("connection.close");
    const { sequence, hash } = entries.at(-1) ?? { sequence: 0, hash: "" };
    expect(await audit.verify()).toMatchObject({ intact: true, records: entries.length, faults: [] });
    expect(await audit.verify({ anchor: { sequence, hash } })).toMatchObject({ intact: true });
    const foreign = { sequence, hash: "0".repeat(64) };
    expect(await audit.verify({ anchor: foreign })).toMatchObject({
      intact: false,
      faults: [{ sequence, fault: "anchor_missed" }],
    });
  });

  it("tells who will have no session, and ends an app's vendor session", async () => {
    const { apps, connections, readiness, eachNotReady } = client();
    const { id, confirmation } = await connect("nuvama", "u2");
    await connections.confirm(id, confirmation);
    const late = new Date(world.now() + 40 * 86_400_000);
    expect((await readiness({ at: late })).markets.NSE.at).toBe(late.toISOString());
    expect((await all(eachNotReady({ at: late }))).map(({ connection }) => connection)).toContain(id);
    await apps.endVendorSession("nuvama");
    expect((await connections.get(id)).status).toBe("login_needed");
    expect(await codeFrom(apps.endVendorSession("nuvama"))).toBe("vendor_session_absent");
  });

  it("gets the first answer again for the same idempotency key", async () => {
    const { connections, keys } = client();
    const once = { idempotencyKey: "once-1" };
    const wanted = { app: "zebu", user: "once", return_url: returnUrl };
    const first = await connections.create(wanted, once);
    expect(await connections.create(wanted, once)).toEqual(first);
    expect((await connections.create(wanted)).id).not.toBe(first.id);
    const other = connections.create({ ...wanted, user: "other" }, once);
    expect(await codeFrom(other)).toBe("idempotency_key_reused");
    // What shows a key once is made once as well, and shown no second time.
    const key = { idempotencyKey: "once-2" };
    expect((await keys.add({ name: "k", scopes: ["read"] }, key)).key).toMatch(/^kunji_/);
    const again = keys.add({ name: "k", scopes: ["read"] }, key);
    expect(await codeFrom(again)).toBe("idempotency_answer_not_kept");
  });

  it("shows the vault's keys, and seals everything with a new one", async () => {
    const { vault } = client();
    expect(await codeFrom(vault.rotation())).toBe("not_found");
    const before = await vault.get();
    const [first] = before.keys;
    expect(before).toMatchObject({ keys: [{ state: "sealing", limit: 2 ** 31 }], rotation: null });
    const begun = await vault.rotate({ keep: true });
    expect(begun).toMatchObject({ keep: true, finished_at: null, left: first?.values });
    expect(await vault.rotation()).toEqual(begun);
    expect((await vault.get()).keys.find(({ id }) => id === begun.key)).toMatchObject({ state: "sealing" });
    expect(await codeFrom(vault.rotate({ key: first?.id }))).toBe("rotation_running");
  });

  it("has by now reached every route of the API", () => {
    const routes = routeTable.filter(([, path]) => path.startsWith("/v1/"));
    const reached = ([method, path]: readonly [string, string, string]): boolean => {
      const pattern = new RegExp(`^${method} ${path.replace(/:\w+/g, "[^/]+").replace("*", ".+")}$`);
      return sent.some((call) => pattern.test(call));
    };
    // The proxy takes every method alike.
    const proxied = /^(?:GET|HEAD|PUT|PATCH|DELETE) .*\/proxy\//;
    const missing = routes.filter((route) => !reached(route)).map(([method, path]) => `${method} ${path}`);
    expect(missing.filter((route) => !proxied.test(route))).toEqual([]);
    expect(reached(["GET", "/v1/nothing", "read"])).toBe(false);
  });
});
