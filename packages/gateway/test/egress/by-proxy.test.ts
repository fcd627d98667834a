import type { BrokerId } from "kunji";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lookAfterDue } from "../../src/flows/look-after.js";
import { refreshSession } from "../../src/flows/refresh-session.js";
import { seenAddress } from "../../src/seen-address.js";
import { newBrowser } from "../connect/support/browser.js";
import { comeBack, connected, newConnection, refusal, rowOf } from "../connect/support/logins.js";
import { type Answer, type ApiWorld, newApiWorld, withTenant } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { allBrokers, returnUrl } from "../support/world.js";
import { type ForwardProxy, startForwardProxy } from "./support/forward-proxy.js";

const tenant = "acme";

describe.each(databases)("brokers are reached by a proxy, on %s", (_name, make) => {
  let world: ApiWorld;
  let key: string;
  let proxy: ForwardProxy;
  let other: ForwardProxy;
  beforeAll(async () => {
    world = await newApiWorld(await make());
    key = await withTenant(world, tenant, allBrokers);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    [proxy, other] = await Promise.all([startForwardProxy(), startForwardProxy()]);
  });
  afterEach(() => Promise.all([proxy.close(), other.close()]));

  const put = (broker: BrokerId, egress: string | null): Promise<Answer> =>
    world.call("PUT", `/v1/apps/${broker}`, {
      key,
      body: { broker, environment: "sandbox", return_urls: [returnUrl], egress },
    });
  const patch = (id: string, egress: string | null): Promise<Answer> =>
    world.call("PATCH", `/v1/connections/${id}`, { key, body: { egress } });
  /** The broker's first call, through the gateway's own route. */
  const call = (broker: BrokerId, id: string): Promise<Answer> => {
    const { method, path, body, account } = world.ports.brokers.traits[broker].firstCall;
    const [{ username }] = world.presets[broker].users;
    const own = (text: string) => (account ? text.replaceAll(account, username) : text);
    const sent = body === undefined ? {} : { body: own(body) };
    return world.call(method, `/v1/connections/${id}/proxy${own(path)}`, { key, ...sent });
  };
  const end = (id: string): Promise<Answer> => world.call("DELETE", `/v1/connections/${id}`, { key });
  /** Where the calls came from that a broker has received while something was done; what was made in-process is left out. */
  async function senders(broker: BrokerId, work: () => Promise<unknown>): Promise<readonly string[]> {
    const before = (await world.ledger(broker)).length;
    await work();
    return (await world.ledger(broker)).slice(before).flatMap(({ from }) => from ?? []);
  }
  const all = (from: readonly string[], by: ForwardProxy): boolean =>
    from.length > 0 && from.every((one) => by.ends.has(one));
  const none = (from: readonly string[], by: ForwardProxy): boolean =>
    from.length > 0 && !from.some((one) => by.ends.has(one));

  it.each(allBrokers)(
    "sends %s's login, calls and logout by the app's, and directly without one",
    async (broker) => {
      const journey = () =>
        senders(broker, async () => {
          const { id } = await connected(world, { tenant, broker });
          expect((await call(broker, id)).status).toBe(200);
          expect((await end(id)).status).toBe(204);
        });
      expect((await put(broker, proxy.url)).body).toMatchObject({ egress: proxy.url });
      expect(all(await journey(), proxy)).toBe(true);
      expect((await put(broker, null)).body).toMatchObject({ egress: null });
      expect(none(await journey(), proxy)).toBe(true);
      expect(proxy.untunnelled()).toBe(0);
    },
  );

  it("sends a renewal by it", async () => {
    await put("zebu", proxy.url);
    const { id, generation } = await connected(world, { tenant, broker: "zebu" });
    const renew = () => senders("zebu", () => refreshSession(world.ports, tenant, id, generation));
    expect(all(await renew(), proxy)).toBe(true);
    expect(await rowOf(world, { tenant, id })).toMatchObject({
      generation: generation + 1,
      status: "active",
    });
    await patch(id, other.url);
    const again = () => senders("zebu", () => refreshSession(world.ports, tenant, id, generation + 1));
    expect(all(await again(), other)).toBe(true);
    expect(all(await senders("zebu", () => end(id)), other)).toBe(true);
    await put("zebu", null);
  });

  it("sends a vendor's login and logout by the app's, and a user's login by the connection's own", async () => {
    await put("nuvama", proxy.url);
    await world.call("DELETE", "/v1/apps/nuvama/vendor-session", { key });
    const at = { tenant, broker: "nuvama" } as const;
    const { connection, token } = await newConnection(world, at);
    expect((await patch(connection.id, other.url)).body).toMatchObject({ egress: other.url });
    const browser = newBrowser(world);
    let callback = "";
    const begin = async () => {
      callback = await comeBack(world, browser, at, token);
    };
    expect(all(await senders("nuvama", begin), proxy)).toBe(true);
    expect(all(await senders("nuvama", () => browser.finish(at, callback)), other)).toBe(true);
    const out = () => world.call("DELETE", "/v1/apps/nuvama/vendor-session", { key });
    expect(all(await senders("nuvama", out), proxy)).toBe(true);
    await put("nuvama", null);
  });

  it("lets a connection's own stand in place of the app's, from the next call on, until it is taken away", async () => {
    await put("zebu", proxy.url);
    const { id } = await connected(world, { tenant, broker: "zebu" });
    const from = () => senders("zebu", async () => expect((await call("zebu", id)).status).toBe(200));
    expect(all(await from(), proxy)).toBe(true);
    await patch(id, other.url);
    expect(all(await from(), other)).toBe(true);
    await patch(id, null);
    expect(all(await from(), proxy)).toBe(true);
    await put("zebu", null);
    expect(none(await from(), proxy)).toBe(true);
  });

  it("sends nothing at all where the proxy is dead, and never directly", async () => {
    await put("zebu", proxy.url);
    const { id } = await connected(world, { tenant, broker: "zebu" });
    expect((await call("zebu", id)).status).toBe(200);
    proxy.cut();
    const before = (await world.ledger("zebu")).length;
    const answer = await call("zebu", id);
    expect([answer.status, answer.body.code]).toEqual([502, "broker_unavailable"]);
    expect(answer.headers.get("kunji-answer-from")).toBe("gateway");
    await refreshSession(world.ports, tenant, id, 1);
    expect((await rowOf(world, { tenant, id })).status).toBe("unsure");
    expect((await world.ledger("zebu")).length).toBe(before);
    // By a way that leads there again it is found out what became of the renewal.
    await patch(id, other.url);
    world.advance(60_000);
    const probe = () => senders("zebu", () => lookAfterDue(world.ports));
    expect(all(await probe(), other)).toBe(true);
    expect((await rowOf(world, { tenant, id })).status).toBe("active");
    await put("zebu", null);
  });

  it("tells which address is seen, by the proxy that calls go by", async () => {
    const { store, ports, sandboxUrl } = world;
    const parts = { ports, fetch: (url: string, init: RequestInit) => fetch(url, init), sandboxUrl };
    const app = async () => (await store.apps.get(tenant, "rmoney"))!;
    expect(await seenAddress(parts, await app())).toEqual({ egress: null, address: "127.0.0.1" });
    await put("rmoney", proxy.url);
    const before = proxy.asked.length;
    expect(await seenAddress(parts, await app())).toEqual({ egress: proxy.url, address: "127.0.0.1" });
    expect(proxy.asked.length).toBe(before + 1);
    proxy.cut();
    expect(await seenAddress(parts, await app())).toEqual({ egress: proxy.url, address: null });
    await put("rmoney", null);
    const untold = { ...parts, sandboxUrl: undefined };
    expect(await seenAddress(untold, await app())).toEqual({ egress: null, address: null });
  });

  it("logs nobody in by a dead proxy", async () => {
    await put("autoshares", proxy.url);
    const { token } = await newConnection(world, { tenant, broker: "autoshares" });
    const [{ username, password }] = world.presets.autoshares.users;
    const logIn = () => newBrowser(world).password(token, username, password);
    proxy.cut();
    const before = (await world.ledger("autoshares")).length;
    expect(await refusal(logIn().then((step) => Promise.reject(step)))).toBe("network_failed");
    expect((await world.ledger("autoshares")).length).toBe(before);
    await put("autoshares", null);
    expect((await logIn()).kind).toBe("go");
  });
});
