import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addressBlock } from "../../src/http/request-limits.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";

let world: ApiWorld;
let key: string;
let monotonic = 0;
/** The hashes that the database was asked for. */
const keysRead: string[] = [];
/** How often the database was asked for its clock. */
let clockReadings = 0;
let clockMayBeRead: Promise<void> | undefined;

/** The same ports, whose readings of keys are written down. */
const watched = (ports: Ports): Ports => {
  const { waysIn } = ports.store;
  const apiKey = (hash: string) => {
    keysRead.push(hash);
    return waysIn.apiKey(hash);
  };
  const clock = async () => {
    clockReadings++;
    await clockMayBeRead;
    return ports.store.clock();
  };
  return { ...ports, store: { ...ports.store, clock, waysIn: { ...waysIn, apiKey } } };
};

beforeAll(async () => {
  world = await newApiWorld(await databases[0][1](), {
    ports: watched,
    monotonicMs: () => performance.now() + monotonic,
    limits: { perKey: 5, perAddress: 5 },
    trustedProxies: ["127.0.0.1"],
  });
  key = await withTenant(world, "acme");
});
afterAll(() => world.close());

/** As a trusted proxy hands on a request that came from an address. */
const from = (address: string, path = "/style.css", more: Record<string, string> = {}) =>
  world.call("GET", path, { headers: { "x-forwarded-for": address, ...more } });

describe("requests are counted", () => {
  it("by key: the sixth in a minute is refused and told when to come again, another key's is not", async () => {
    const mine = await world.newKey("acme", ["read"]);
    for (let i = 0; i < 5; i++) expect((await world.call("GET", "/v1/apps", { key: mine })).status).toBe(200);
    const sixth = await world.call("GET", "/v1/apps", { key: mine });
    expect([sixth.status, sixth.body.code]).toEqual([429, "rate_limited"]);
    const after = Number(sixth.headers.get("retry-after"));
    expect(after > 0 && after <= 60).toBe(true);
    expect((await world.call("GET", "/v1/apps", { key })).status).toBe(200);
  });

  it("by IPv4 address: the sixth is refused, a neighbour's is not", async () => {
    for (let i = 0; i < 5; i++) expect((await from("192.0.2.1")).status).toBe(200);
    expect((await from("192.0.2.1")).status).toBe(429);
    expect((await from("::ffff:192.0.2.1")).status).toBe(429);
    expect((await from("192.0.2.2")).status).toBe(200);
  });

  it("by IPv6 /64, however it is spelled: the sixth is refused, the next block's is not", async () => {
    const spelled = [
      "2001:db8:0:1::1",
      "2001:0db8:0000:0001:0000:0000:0000:0002",
      "2001:DB8:0:1:ffff::",
      "2001:db8::1:0:0:0:3",
      "2001:db8:0:1::192.0.2.1",
    ];
    for (const address of spelled) expect((await from(address)).status).toBe(200);
    expect((await from("2001:db8:0:1:2:3:4:5")).status).toBe(429);
    expect((await from("2001:db8:0:2::1")).status).toBe(200);
  });

  it("of whoever tries keys by address, so that trying them comes to an end; a key that has opened goes on", async () => {
    const by = (bearer: string) => from("198.51.100.1", "/v1/apps", { authorization: `Bearer ${bearer}` });
    const tried = (i: number) => by(`${"x".repeat(40)}${i}`);
    const [seen, unseen] = [await world.newKey("acme", ["read"]), await world.newKey("acme", ["read"])];
    expect((await by(seen)).status).toBe(200);
    for (let i = 0; i < 5; i++) expect((await tried(i)).status).toBe(401);
    keysRead.length = 0;
    for (let i = 5; i < 50; i++) expect((await tried(i)).status).toBe(429);
    // A guess that is right is one that can't be told from the others.
    expect((await by(unseen)).status).toBe(429);
    expect(keysRead).toEqual([]);
    monotonic += 2_000;
    await world.store.transaction(({ changes }) =>
      changes.announce({ tenant: "acme", kind: "api_key", id: "another" }),
    );
    expect((await by(seen)).status).toBe(200);
    expect(keysRead).toHaveLength(1);
    const neighbour = { authorization: `Bearer ${unseen}` };
    expect((await from("198.51.100.2", "/v1/apps", neighbour)).status).toBe(200);
  });

  it("but for probes, which go on where an address has had all that it may", async () => {
    const address = "203.0.113.7";
    for (let i = 0; i < 5; i++) expect((await from(address)).status).toBe(200);
    for (const path of ["/health", "/ready"])
      for (let i = 0; i < 10; i++) expect([path, (await from(address, path)).status]).toEqual([path, 200]);
    expect((await from(address)).status).toBe(429);
    // Nor do they take away from what others may.
    const other = "203.0.113.8";
    for (let i = 0; i < 10; i++) expect((await from(other, "/health")).status).toBe(200);
    expect((await from(other)).status).toBe(200);
  });

  it("and what many probes ask at once is asked of the database once", async () => {
    let letGo: () => void = () => undefined;
    clockMayBeRead = new Promise((resolve) => {
      letGo = resolve;
    });
    let arrived = 0;
    world.server.server.on("request", () => arrived++);
    const before = clockReadings;
    const asked = Array.from({ length: 5 }, () => world.call("GET", "/ready"));
    await expect.poll(() => arrived).toBe(5);
    letGo();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(clockReadings).toBe(before + 1);
    expect((await world.call("GET", "/ready")).status).toBe(200);
    expect(clockReadings).toBe(before + 2);
  });

  it("of addresses that nothing is under", async () => {
    for (let i = 0; i < 5; i++) expect((await from("203.0.113.9", `/x${i}`)).status).toBe(404);
    expect((await from("203.0.113.9", "/x6")).status).toBe(429);
  });

  it("puts all of 2¹⁶ addresses of a /64 into one block, and the addresses beside it into others", () => {
    const blocks = new Set<string>();
    for (let i = 0; i < 65_536; i++)
      blocks.add(addressBlock(`2001:db8:0:1:${i.toString(16)}::${(i * 7).toString(16).slice(-4)}`));
    expect(blocks.size).toBe(1);
    expect(blocks.has(addressBlock("2001:db8:0:2::1"))).toBe(false);
    expect(addressBlock("not an address")).toBe("unknown");
  });
});

describe("a request's address", () => {
  it("comes from the connection where no proxy is trusted, whatever the headers say", async () => {
    const plain = await newApiWorld(await databases[0][1](), { limits: { perKey: null, perAddress: 5 } });
    const names = ["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "x-client-ip"];
    for (const [i, name] of names.entries())
      expect((await plain.call("GET", "/style.css", { headers: { [name]: `192.0.2.${i}` } })).status).toBe(
        200,
      );
    const sixth = await plain.call("GET", "/style.css", { headers: { "x-forwarded-for": "192.0.2.77" } });
    expect(sixth.status).toBe(429);
    await plain.close();
  });
});

describe("a body", () => {
  const large = (bytes: number) => JSON.stringify({ name: "x".repeat(bytes - 11) });

  it("is refused beyond 64 KiB, before it is read as JSON, and looked at below", async () => {
    const post = async (body: string) =>
      (await world.call("POST", "/v1/keys", { key: await world.newKey("acme"), body })).body;
    expect(await post(large(65_537))).toMatchObject({ status: 413, code: "body_too_large" });
    expect(await post(large(65_536))).toMatchObject({ status: 400, code: "request_invalid", field: "name" });
  });

  it("names the member that should not be there, and never its value", async () => {
    const post = async (body: unknown) =>
      world.call("POST", "/v1/keys", { key: await world.newKey("acme"), body });
    const marked = await post({ name: "n", scopes: ["read"], secret: "marked-value" });
    expect([marked.status, marked.body.field]).toEqual([400, "secret"]);
    expect(marked.text).not.toContain("marked-value");
    const odd = await post({ name: "n", scopes: ["read"], "marked name!": 1 });
    expect([odd.status, odd.body.field]).toEqual([400, undefined]);
    expect(odd.text).not.toContain("marked");
    expect((await post({ name: "n", scopes: ["marked-scope"] })).body.field).toBe("scopes.0");
    expect((await post({ name: "n", scopes: ["read"] })).status).toBe(201);
  });

  it.each([
    ["no JSON", "{", {}],
    ["empty", "", {}],
    ["of another type", "name=n", { "content-type": "application/x-www-form-urlencoded" }],
    ["a poisoned object", '{"__proto__":{"scopes":["admin"]}}', {}],
  ])("is refused where it is %s", async (_, body, headers) => {
    const answer = await world.call("POST", "/v1/keys", { key: await world.newKey("acme"), body, headers });
    expect([answer.status, answer.body.code]).toEqual([400, "request_invalid"]);
  });
});
