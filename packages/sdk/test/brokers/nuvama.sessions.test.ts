import { fingerprint } from "@kunji/sandbox";
import { describe, expect, it } from "vitest";
import { sessionFrom, toStored } from "../../src/index.js";
import { brokerRig, type Clients, type Fetch, failure } from "../broker-rig.js";

const limits = (user = "80126245") => `/edelmw-eq/eq/limits/rmssublimits/${user}/`;
const order = "/edelmw-eq/eq/trade/placetrade/v1/80126245/";

describe("Nuvama's sessions, the client's side", () => {
  const n = brokerRig("nuvama");
  const calls = async () => (await n.received()).filter(({ path }) => path.startsWith("/edelmw-eq"));
  const status = async (client: Clients["nuvama"], session: Parameters<typeof client.fetch>[0]) =>
    (await client.fetch(session, limits(session.account))).status;

  /** A client that believes in every session: what the broker itself says at this moment. */
  const brokersWord = async (session: Parameters<Clients["nuvama"]["fetch"]>[0]) => {
    const client = await n.open();
    const unending = { ...session, clocks: [] };
    return client.fetch(unending, limits(session.account)).then(
      ({ status }) => status,
      ({ status }) => status,
    );
  };

  it("N-12 8 hours without a call end the session, at the broker and here, and a call starts them anew", async () => {
    const client = await n.open();
    const session = await n.login(client);
    await n.advance("7h59m59s");
    const { session: used } = await client.fetch(session, limits());
    await n.at("2026-11-23T18:00:01+05:30");
    const before = (await calls()).length;
    expect((await failure(client.fetch(session, limits()))).code).toBe("login_needed");
    expect(await calls()).toHaveLength(before);
    expect(await status(client, used)).toBe(200);
  });

  it("N-12 after 8 idle hours the broker too has ended it", async () => {
    const client = await n.open();
    await n.at("2026-11-23T08:00:00+05:30");
    const session = await n.login(client);
    await n.at("2026-11-23T15:59:59+05:30");
    expect(client.endsAt(session)).toMatchObject({ why: "idle", ended: false });
    await n.at("2026-11-23T16:00:00+05:30");
    expect(client.endsAt(session)).toMatchObject({ why: "idle", ended: true });
    expect(await brokersWord(session)).toBe(401);
    const again = await n.login(client);
    expect(await brokersWord(again)).toBe(200);
  });

  it("N-13 00:30 India time ends the session, at the broker and here, whatever else holds", async () => {
    const client = await n.open();
    await n.at("2026-11-23T23:00:00+05:30");
    const session = await n.login(client);
    await n.at("2026-11-24T00:29:59+05:30");
    const { session: used } = await client.fetch(session, limits());
    expect(client.endsAt(used)).toEqual({
      known: true,
      at: Date.parse("2026-11-24T00:30:00+05:30"),
      why: "broker",
      ended: false,
    });
    await n.at("2026-11-24T00:30:00+05:30");
    const before = (await calls()).length;
    expect((await failure(client.fetch(used, limits()))).code).toBe("login_needed");
    expect(await calls()).toHaveLength(before);
    expect(await brokersWord(used)).toBe(401);
  });

  it("N-13 a session made at 00:30 or later lives past it", async () => {
    const client = await n.open();
    await n.at("2026-11-24T00:30:00+05:30");
    const session = await n.login(client);
    await n.at("2026-11-24T08:29:59+05:30");
    expect(await status(client, session)).toBe(200);
  });

  it("N-14 a new login while the session is alive yields the same token, and later another", async () => {
    const client = await n.open();
    const token = async () => (await n.login(client)).secrets.authorization?.reveal();
    const first = await token();
    await n.advance("1h");
    expect(await token()).toBe(first);
    await n.advance("8h");
    expect(await token()).not.toBe(first);
  });

  it("N-15 a call carries the four headers, the token raw, and the caller's cannot replace them", async () => {
    const client = await n.open();
    const session = await n.login(client);
    const theirs = { Authorization: "Bearer x", source: "y", SourceToken: "z", appidkey: "w" };
    await client.fetch(session, limits(), { headers: theirs });
    const { token } = await client.loginVendor();
    expect((await calls()).at(-1)?.headers).toMatchObject({
      authorization: fingerprint(session.secrets.authorization?.reveal() ?? ""),
      appidkey: fingerprint(n.app().AppIdKey ?? ""),
      source: "apiventest",
      sourcetoken: fingerprint(token.reveal()),
    });
  });

  it.each(["authorization", "appidkey", "source", "sourcetoken"])(
    "N-15 without %s a call is refused",
    async (name) => {
      const session = await n.login(await n.open());
      const without: Fetch = (url, init) => {
        const headers = new Headers(init.headers);
        if (url.includes("/edelmw-eq/")) headers.delete(name);
        return n.fetch(url, { ...init, headers });
      };
      const client = await n.open({}, { fetch: without });
      const outcome = await client.fetch(session, limits()).then(
        ({ status }) => status,
        ({ status }) => status,
      );
      expect(outcome).toBe(401);
      expect(await status(await n.open(), session)).toBe(200);
    },
  );

  it("N-20 newer header values are used from then on, also from what was stored", async () => {
    const client = await n.open();
    const session = await n.login(client);
    await n.advance("1h");
    const { session: next, headers } = await client.fetch(session, limits());
    const newest = headers.get("AppIdKey") ?? "";
    expect(newest).not.toBe("");
    await client.fetch(next, limits());
    expect((await calls()).at(-1)?.headers).toMatchObject({ appidkey: fingerprint(newest) });
    const elsewhere = await n.open();
    await elsewhere.fetch(sessionFrom(toStored(next), "nuvama"), limits());
    expect((await calls()).at(-1)?.headers).toMatchObject({ appidkey: fingerprint(newest) });
    expect((await elsewhere.callHeaders(next)).AppIdKey?.reveal()).toBe(newest);
  });

  it.each(["fetch", "prove"] as const)("N-20 %s takes a newer Authorization and AppIdKey", async (verb) => {
    const handing: Fetch = async (url, init) => {
      const response = await n.fetch(url, init);
      if (!url.includes("/edelmw-eq/")) return response;
      const headers = { Authorization: "newer-token", AppIdKey: "newer-app-id" };
      return new Response(response.body, { status: response.status, headers });
    };
    const session = await n.login(await n.open());
    const client = await n.open({}, { fetch: handing });
    const next =
      verb === "fetch" ? (await client.fetch(session, limits())).session : await client.prove(session);
    const headers = await client.callHeaders(sessionFrom(toStored(next), "nuvama"));
    expect(headers.Authorization?.reveal()).toBe("newer-token");
    expect(headers.AppIdKey?.reveal()).toBe("newer-app-id");
    expect((await client.callHeaders(session)).Authorization?.reveal()).not.toBe("newer-token");
  });

  it("N-20 a call whose answer hands out nothing leaves the values as they are", async () => {
    const client = await n.open();
    const session = await n.login(client);
    const { session: next } = await client.fetch(session, limits());
    expect(toStored({ ...next, usedAt: 0 })).toBe(toStored({ ...session, usedAt: 0 }));
  });

  it("N-12 a call that is an order counts as one too", async () => {
    const client = await n.open();
    const session = await n.login(client);
    await n.advance("7h");
    const { session: used } = await client.fetch(session, order, { method: "POST", body: "{}" });
    expect(used.usedAt).toBe(n.sandbox.world.now());
  });
});
