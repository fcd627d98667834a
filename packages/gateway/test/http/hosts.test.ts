import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawCall } from "../proxy/support/raw-call.js";
import { databases } from "../support/databases.js";
import { publicUrl, returnUrl } from "../support/world.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";
import { bareCall } from "./support/bare-call.js";
import { addressOf, keyRoutes } from "./support/route-table.js";

let world: ApiWorld;
let key: string;
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1]());
  key = await withTenant(world, "acme");
});
afterAll(() => world.close());

describe("on a loopback address", () => {
  const ask = async (host: string, path = "/health") => (await hosted(host, path)).status;
  const hosted = (host: string, path: string) =>
    bareCall(world.port, [`GET ${path} HTTP/1.1`, `host: ${host}`, `authorization: Bearer ${key}`]);

  it("answers its own names and its public URL's", async () => {
    for (const name of ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
      expect(await ask(`${name}:${world.port}`)).toBe(200);
    expect(await ask(new URL(publicUrl).host)).toBe(200);
  });

  it.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "localhost",
    "127.0.0.1:1",
    "127.0.0.2",
    "[::2]",
    "0.0.0.0",
    "2130706433",
    "127.1",
    "localhost:",
    "",
  ])("answers no request for the host %j, on any kind of route", async (host) => {
    for (const path of ["/health", "/v1/apps", "/connect/x", "/nowhere"]) {
      const answer = await hosted(host, path);
      expect([path, answer.status]).toEqual([path, 421]);
    }
  });

  it("looks at no host name where it listens elsewhere: that is the proxy's before it", async () => {
    const elsewhere = await newApiWorld(await databases[0][1](), { loopback: false });
    expect((await bareCall(elsewhere.port, ["GET /health HTTP/1.1", "host: kunji.example"])).status).toBe(
      200,
    );
    await elsewhere.close();
  });
});

const forged = ["evil.example", "https://evil.example", "evil.example:443", "127.0.0.1", "x, evil.example"];
const names = [
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-prefix",
  "x-forwarded-port",
  "x-forwarded-server",
  "x-original-url",
  "x-rewrite-url",
  "x-host",
  "forwarded",
  "x-request-id",
];

describe("what headers say of the gateway's address", () => {
  it.each(names)("changes no link, no route and no id: %s", async (name) => {
    for (const value of forged) {
      const body = { app: "zebu", user: "u", return_url: returnUrl };
      const made = await world.call("POST", "/v1/connections", { key, body, headers: { [name]: value } });
      expect(made.status).toBe(201);
      expect(made.body.connect_url.startsWith(`${publicUrl}/connect/`)).toBe(true);
      expect(made.headers.get("x-request-id")).toMatch(/^req_[a-z0-9]+$/);
      const app = await world.call("GET", "/v1/apps/zebu", { key, headers: { [name]: value } });
      expect(app.body.callback_url.startsWith(`${publicUrl}/callback/zebu/`)).toBe(true);
    }
  });
});

describe("a header that comes once", () => {
  const [right, wrong] = [() => `127.0.0.1:${world.port}`, "evil.example"];
  const bearer = (text: string) => `Bearer ${text}`;
  const ask = (path: string, headers: readonly string[]) =>
    bareCall(world.port, [`GET ${path} HTTP/1.1`, ...headers]);

  it.each(["/health", "/v1/apps", "/v1/connections/nobody/proxy/x", "/nowhere"])(
    "is refused where it comes twice, whichever is first and however it is spelled: %s",
    async (path) => {
      const host = `host: ${right()}`;
      const own = `authorization: ${bearer(key)}`;
      const foreign = `Authorization: ${bearer("x".repeat(40))}`;
      for (const headers of [
        [host, `Host: ${wrong}`, own],
        [host, `HOST: ${right()}`, own],
        [host, own, foreign],
        [host, own, "x: y", own.toUpperCase().replace(/:.*/, `: ${bearer(key)}`)],
      ]) {
        const { status, body } = await ask(path, headers);
        expect([headers, status, JSON.parse(body.toString()).code]).toEqual([
          headers,
          400,
          "request_invalid",
        ]);
      }
      expect([200, 404]).toContain((await ask(path, [host, own, "x-authorization: z", "x: y"])).status);
    },
  );
});

/** Spellings of a path that some server or proxy takes for the path itself. */
const spellings: readonly ((path: string) => string)[] = [
  (path) => `/${path}`,
  (path) => `//${path.slice(1)}`,
  (path) => `///${path.slice(1)}`,
  (path) => `/.${path}`,
  (path) => `/x/..${path}`,
  (path) => `/%2e%2e${path}`,
  (path) => `/x/%2e%2e${path}`,
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => `${path}/.`,
  (path) => `${path}/x/..`,
  (path) => `${path}%2f`,
  (path) => `${path}%20`,
  (path) => `${path}%00`,
  (path) => `${path};x=1`,
  (path) => `${path}?x=/health`,
  (path) => `${path}#/health`,
  (path) => `${path}\\`,
  (path) => `\\${path.slice(1)}`,
  (path) => path.replace("/v1", "/V1"),
  (path) => path.replace("/v1", "/%76%31"),
  (path) => path.replace("/v1", "/v1/"),
  (path) => path.replace("/v1/", "/v1%2f"),
  (path) => path.replace("/v1/", "/v1/./"),
  (path) => path.replace("/v1/", "/v1//"),
  (path) => path.replace("/v1/", "/v1/health/../"),
  (path) => path.toUpperCase(),
  (path) => `http://127.0.0.1${path}`,
  (path) => `http://evil.example${path}`,
  (path) => `health${path}`,
  (path) => `/health/..${path}`,
  (path) => path.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
];

describe("another spelling of a guarded address", () => {
  it("is refused where it names a host, on any route", async () => {
    for (const target of ["http://evil.example/health", `http://127.0.0.1:${world.port}/health`, "*"])
      expect([target, (await rawCall(world.port, target)).status]).toEqual([target, 400]);
    expect((await rawCall(world.port, "/health")).status).toBe(200);
  });

  it.each(keyRoutes)(
    "%s %s has the same guard or nothing under it, in 32 spellings",
    async (method, path) => {
      expect(spellings).toHaveLength(32);
      const before = (await world.store.audit.list("acme", 0, 1_000)).length;
      for (const spell of spellings) {
        const { status } = await rawCall(world.port, spell(addressOf(path)), { method });
        expect([spell(addressOf(path)), status]).toEqual([
          spell(addressOf(path)),
          [400, 401, 404, 405].includes(status) ? status : "refused",
        ]);
      }
      expect((await world.store.audit.list("acme", 0, 1_000)).length).toBe(before);
    },
  );
});
