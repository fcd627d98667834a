import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connected } from "../connect/support/logins.js";
import type { RawAnswer } from "../proxy/support/raw-call.js";
import { databases } from "../support/databases.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";
import { bareCall } from "./support/bare-call.js";
import { addressOf, routeTable } from "./support/route-table.js";

let world: ApiWorld;
let key: string;
let connection: string;
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1]());
  key = await withTenant(world, "acme");
  connection = (await connected(world, { tenant: "acme", broker: "zebu" })).id;
});
afterAll(() => world.close());

const once: Readonly<Record<string, RegExp>> = {
  "content-security-policy": /^default-src 'none';.*frame-ancestors 'none'/,
  "x-content-type-options": /^nosniff$/,
  "referrer-policy": /^no-referrer$/,
  "cross-origin-opener-policy": /^same-origin$/,
  "cross-origin-resource-policy": /^same-origin$/,
  "x-request-id": /^req_[a-z0-9]+$/,
};

function check(what: string, { headers, status }: RawAnswer, cached = false): void {
  for (const [name, form] of Object.entries({
    ...once,
    ...(cached ? {} : { "cache-control": /^no-store$/ }),
  })) {
    const values = headers.filter(([known]) => known === name).map(([, value]) => value);
    expect([what, status, name, values.length]).toEqual([what, status, name, 1]);
    expect(values[0]).toMatch(form);
  }
}

const ask = (method: string, path: string, lines: readonly string[] = []) =>
  bareCall(world.port, [`${method} ${path} HTTP/1.1`, `host: 127.0.0.1:${world.port}`, ...lines]);

describe("every answer carries the security headers, each once", () => {
  it.each(routeTable)("%s %s, with a key and without", async (method, path) => {
    const bearer = `authorization: Bearer ${key}`;
    const address = addressOf(path);
    const kept = ["/style.css", "/dashboard.js", "/favicon.ico"].includes(path);
    check("refused", await ask(method, address), kept);
    check("answered", await ask(method, address, [bearer]), kept);
    const own = path.includes("connections/:id") && method === "GET" ? addressOf(path, connection) : address;
    check("found", await ask(method, own, [bearer]), kept);
  });

  it("a forwarded call's answer too, and those that no route makes", async () => {
    const bearer = `authorization: Bearer ${key}`;
    const path = `/v1/connections/${connection}/proxy/NorenWClientAPI/GetQuotes`;
    const forwarded = await world.call("POST", path, {
      key,
      body: { uid: "ZP0001", exch: "NSE", token: "2885" },
    });
    expect([forwarded.status, forwarded.headers.get("kunji-answer-from")]).toEqual([200, "broker"]);
    for (const [name, form] of Object.entries(once)) expect(forwarded.headers.get(name)).toMatch(form);
    check("404", await ask("GET", "/nowhere"));
    check("405", await ask("DELETE", "/v1/keys"));
    check("bad spelling", await ask("GET", "/%zz"));
    check("too long", await ask("GET", `/connect/${"x".repeat(5_000)}`));
    check("foreign host", await bareCall(world.port, ["GET /health HTTP/1.1", "host: evil.example"]));
    check("no HTTP", await bareCall(world.port, ["NONSENSE"]));
    check("no host", await bareCall(world.port, ["GET /health HTTP/1.1"]));
    check("expectation", await ask("GET", "/health", ["expect: the-unexpected"]));
    check("two lengths", await ask("POST", "/v1/keys", [bearer, "content-length: 1", "content-length: 2"]));
    check("large head", await ask("GET", "/health", [`x: ${"x".repeat(20_000)}`]));
    check(
      "bad JSON",
      await ask("POST", "/v1/keys", [bearer, "content-type: application/json", "content-length: 0"]),
    );
  });

  it("tells browsers to stay with https where the public URL is https, and only there", async () => {
    const safe = await newApiWorld(await databases[0][1](), {
      loopback: false,
      ports: (ports) => ({ ...ports, publicUrl: "https://kunji.example" }),
    });
    const header = "strict-transport-security";
    expect((await safe.call("GET", "/health")).headers.get(header)).toMatch(/^max-age=\d{8}/);
    expect((await world.call("GET", "/health")).headers.get(header)).toBeNull();
    await safe.close();
  });
});
