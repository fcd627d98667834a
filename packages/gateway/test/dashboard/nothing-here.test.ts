import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPerson } from "../browser/support/person.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

describe("an address with nothing under it", () => {
  let world: ApiWorld;
  let asha: SignedInPerson;
  beforeAll(async () => {
    world = await newApiWorld(await databases[0][1]());
    await world.addTenant("acme", ["zebu"]);
    asha = await signedIn(world, "acme");
  });
  afterAll(() => world.close());

  const unknown = ["/nosuchpage", "/events", "/audit", "/keys", "/settings/nothing", "/%00"];

  it.each(unknown)("answers an operator with a page of the dashboard: %s", async (path) => {
    const { status, text, headers } = await asha.open(path);
    expect([status, headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
    expect(text).toContain("<h1>There is nothing here</h1>");
    expect(text).toContain('aria-label="Dashboard"');
    expect(text).toContain("<strong>acme-operator</strong>");
    expect(headers["content-security-policy"]).toContain("script-src 'self'");
  });

  it.each(unknown)("answers anybody else with a plain page: %s", async (path) => {
    const stranger = newPerson(world.server);
    stranger.jar.set("kunji_operator", "A".repeat(43));
    const { status, text } = await stranger.open(path);
    expect(status).toBe(404);
    expect(text).toContain("<h1>There is nothing here</h1>");
    expect(text).not.toContain('aria-label="Dashboard"');
    expect(text).not.toContain("<script");
  });

  it("answers programs with JSON as before, and so what lies below /v1 or is no GET", async () => {
    for (const [path, headers] of [
      ["/nosuchpage", { accept: "*/*" }],
      ["/nosuchpage", { accept: "application/json" }],
      ["/v1/nosuchpage", {}],
      ["/v1", {}],
    ] as const) {
      const { status, headers: answered, text } = await asha.open(path, headers);
      expect([status, answered["content-type"]]).toEqual([404, "application/problem+json; charset=utf-8"]);
      expect(JSON.parse(text).code).toBe("not_found");
    }
    const sent = await asha.send("/nosuchpage");
    expect([sent.status, JSON.parse(sent.text).code]).toEqual([404, "not_found"]);
    const other = await asha.open("/sign-out");
    expect([other.status, other.headers.allow]).toEqual([405, "POST"]);
  });
});
