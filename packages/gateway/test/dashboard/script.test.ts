import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stretch } from "../../src/http/pages/dashboard/times.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { signedIn } from "./support/signed-in.js";

let world: ApiWorld;
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1]());
  await world.addTenant("acme", ["zebu"]);
});
afterAll(() => world.close());

const written = readFileSync(new URL("../../src/http/pages/dashboard.js", import.meta.url), "utf8");

it("is served as a script of under 5 kB, which says what the file says", async () => {
  const { status, headers, text } = await world.call("GET", "/dashboard.js");
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(Buffer.byteLength(text)).toBeLessThan(5_000);
  const plain = (script: string) =>
    script
      .replace(/^\s*\/\/.*$/gm, "")
      .replace(/\s+/g, " ")
      .trim();
  expect(plain(text)).toBe(plain(written));
});

it("counts down in the words that pages are written with", () => {
  const [, inScript = ""] = /(const units[\s\S]+?\n {2}\};)/.exec(written) ?? [];
  const own = new Function(`${inScript} return stretch;`)() as (s: number) => string;
  for (const s of [0, 0.4, 1, 59, 60, 61, 3_599, 3_600, 3_661, 86_399, 86_400, 90_061, 999_999])
    expect(own(s)).toBe(stretch(s * 1_000));
  expect(stretch(3_600_000)).toBe("1 h 0 min");
});

it("is the only script of a page, whose policy lets no other run and no other origin be read", async () => {
  const asha = await signedIn(world, "acme");
  const { text, headers } = await asha.open("/settings");
  expect(text.match(/<script[^>]*>/g)).toEqual(['<script src="/dashboard.js" defer>']);
  expect(text).not.toMatch(/ on\w+=|javascript:|style=/);
  const policy = String(headers["content-security-policy"]);
  expect(policy).toMatch(/^default-src 'none'; /);
  expect(policy).toContain("script-src 'self'; connect-src 'self'");
  expect(policy).not.toContain("unsafe");
  const before = await asha.open("/connect/x");
  expect(String(before.headers["content-security-policy"])).not.toContain("script-src");
});
