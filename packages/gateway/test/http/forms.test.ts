import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newConnection } from "../connect/support/logins.js";
import { databases } from "../support/databases.js";
import { publicUrl } from "../support/world.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";
import { routeTable } from "./support/route-table.js";

let world: ApiWorld;
let token: string;
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1]());
  await withTenant(world, "acme", ["zebu"]);
  ({ token } = await newConnection(world, { tenant: "acme", broker: "zebu" }));
});
afterAll(() => world.close());

const posts = routeTable.filter(
  ([method, , guard]) => (guard === "browser" || guard === "operator_page") && method !== "GET",
);

const foreign: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["another site", { "sec-fetch-site": "cross-site" }],
  ["another host of the same site", { "sec-fetch-site": "same-site" }],
  ["no page at all", { "sec-fetch-site": "none" }],
  ["another origin, in an older browser", { origin: "https://evil.example" }],
  ["the same host on another port", { origin: "http://127.0.0.1:4701" }],
  ["a page without an origin", { origin: "null" }],
  ["an origin that begins like ours", { origin: `${publicUrl}.evil.example` }],
  ["a program that says nothing", {}],
  ["another site that names our origin", { "sec-fetch-site": "cross-site", origin: publicUrl }],
];
const own: readonly Readonly<Record<string, string>>[] = [
  { "sec-fetch-site": "same-origin" },
  { "sec-fetch-site": "same-origin", origin: publicUrl },
  { origin: publicUrl },
];

describe("a form is taken from the gateway's own pages alone", () => {
  const post = (path: string, headers: Readonly<Record<string, string>>) =>
    world.server.inject({
      method: "POST",
      url: path.replace(":token", token).replace(":broker", "zebu").replace(":handle", "handle-acme-zebu"),
      headers: {
        host: `127.0.0.1:4700`,
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
        ...headers,
      },
      payload: "connection=c&secret=s&answer=yes&otp=1",
    });

  it("finds every such route", () => {
    const paths = posts.map(([, path]) => path);
    expect(paths.slice(0, 3)).toEqual([
      "/connect/:token",
      "/connect/:token/step",
      "/callback/:broker/:handle",
    ]);
    for (const path of ["/sign-in", "/sign-in/code", "/sign-out", "/settings/password", "/settings/keys"])
      expect(paths).toContain(path);
  });

  it.each(foreign)("refuses one of %s on every route, and begins no login", async (_, headers) => {
    const before = world.signalled.length;
    for (const [, path] of posts) {
      const answer = await post(path, headers);
      expect([path, answer.statusCode, answer.json().code]).toEqual([path, 403, "origin_refused"]);
    }
    expect(world.signalled.slice(before).filter((line) => line.startsWith("login"))).toEqual([]);
  });

  it.each(own)("takes one with %j: the login begins", async (headers) => {
    const answer = await post("/connect/:token", headers);
    expect(answer.statusCode).toBe(303);
    expect(world.signalled.at(-1)).toBe("login begun zebu");
    for (const [, path] of posts.slice(1))
      expect((await post(path, headers)).json().code).not.toBe("origin_refused");
  });
});
