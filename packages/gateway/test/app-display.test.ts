import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contrast, inkOn, isColour, lightened } from "../src/domain/contrast.js";
import { accentStyle, nightSheet } from "../src/http/pages/app-look.js";
import { style } from "../src/http/pages/style.js";
import { type ApiWorld, newApiWorld, withTenant } from "./http/support/api-world.js";
import { databases } from "./support/databases.js";
import { returnUrl } from "./support/world.js";

const png = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(100, 7)]);
const jpeg = Buffer.concat([Buffer.from("\xff\xd8\xff\xe0", "latin1"), Buffer.alloc(100, 7)]);
const webp = Buffer.concat([Buffer.from("RIFF\x64\0\0\0WEBPVP8 ", "latin1"), Buffer.alloc(100, 7)]);
const svg = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
const picture = (type: string, data: Buffer) => ({ type, data: data.toString("base64") });

describe.each(databases)("how an app shows itself, on %s", (_, database) => {
  let world: ApiWorld;
  let key: string;
  beforeAll(async () => {
    world = await newApiWorld(await database());
    key = await withTenant(world, "acme");
  });
  afterAll(() => world.close());

  const put = (display?: unknown) =>
    world.call("PUT", "/v1/apps/zebu", {
      key,
      body: { broker: "zebu", environment: "sandbox", return_urls: [returnUrl], display },
    });
  const logo = async (url: string) => {
    const answer = await fetch(url.replace(world.ports.publicUrl, world.url));
    return { answer, data: Buffer.from(await answer.arrayBuffer()) };
  };

  it("is written and read back, stays where it is left out, and is taken away by null", async () => {
    const made = await put({ name: "Ledger", accent: "#0B5C55", logo: picture("image/png", png) });
    expect([made.status, made.body.display]).toEqual([
      200,
      { name: "Ledger", accent: "#0b5c55", logo_url: expect.stringContaining("/logos/") },
    ]);
    const { answer, data } = await logo(made.body.display.logo_url);
    expect([answer.status, answer.headers.get("content-type"), data.equals(png)]).toEqual([
      200,
      "image/png",
      true,
    ]);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    const kept = await put({ name: "Other" });
    expect(kept.body.display).toMatchObject({ name: "Other", accent: "#0b5c55" });
    expect((await logo(kept.body.display.logo_url)).data.equals(png)).toBe(true);
    expect((await put()).body.display).toMatchObject({ name: "Other", accent: "#0b5c55" });
    const bare = await put({ name: null, accent: null, logo: null });
    expect(bare.body.display).toEqual({ name: null, accent: null, logo_url: null });
    expect((await logo(kept.body.display.logo_url)).answer.status).toBe(404);
  });

  it.each([
    ["image/jpeg", jpeg],
    ["image/webp", webp],
    ["image/png", Buffer.concat([png, Buffer.alloc(65_536 - png.length)])],
  ])("takes a picture of %s", async (type, data) => {
    const made = await put({ logo: picture(type, data) });
    expect(made.status).toBe(200);
    const served = await logo(made.body.display.logo_url);
    expect([served.answer.headers.get("content-type"), served.data.equals(data)]).toEqual([type, true]);
  });

  it.each([
    ["display.name", { name: " " }],
    ["display.name", { name: "x".repeat(61) }],
    ["display.name", { name: "Led\u202eger" }],
    ["display.accent", { accent: "red" }],
    ["display.accent", { accent: "#fff" }],
    ["display.accent", { accent: "#ffe066" }],
    ["display.accent", { accent: "#0b5c55;}*{x:y" }],
    ["display.logo.data", { logo: picture("image/png", svg) }],
    ["display.logo.data", { logo: picture("image/png", jpeg) }],
    ["display.logo.data", { logo: picture("image/jpeg", png) }],
    ["display.logo.data", { logo: picture("image/webp", Buffer.from("RIFF")) }],
    ["display.logo.data", { logo: picture("image/png", Buffer.concat([png, Buffer.alloc(65_536)])) }],
    ["display.logo.data", { logo: { type: "image/png", data: "" } }],
    ["display.logo.data", { logo: { type: "image/png", data: `${png.toString("base64")} !` } }],
    ["display.logo.type", { logo: picture("image/svg+xml", svg) }],
  ])("refuses %s as in %o, and changes nothing", async (field, display) => {
    const before = (await world.call("GET", "/v1/apps/zebu", { key })).body.display;
    const refused = await put(display);
    expect([refused.status, refused.body.code, refused.body.field]).toEqual([400, "request_invalid", field]);
    expect((await world.call("GET", "/v1/apps/zebu", { key })).body.display).toEqual(before);
  });

  it("shows no logo of an ended tenant, nor under a handle of nobody's", async () => {
    const { logo_url } = (await put({ logo: picture("image/png", png) })).body.display;
    expect((await logo(logo_url)).answer.status).toBe(200);
    expect((await logo(`${world.url}/logos/nobody`)).answer.status).toBe(404);
    await world.store.tenants.end("acme", world.now());
    expect((await logo(logo_url)).answer.status).toBe(404);
  });
});

describe("an accent", () => {
  it("measures contrast as WCAG does", () => {
    expect(contrast("#000000", "#ffffff")).toBe(21);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
    expect(isColour("#0b5c55")).toBe(true);
    for (const text of ["#0B5C55", "#fff", "0b5c55", "#0b5c5g", "#0b5c55 "])
      expect(isColour(text)).toBe(false);
  });

  it("leaves every text on it readable, by day and by night", () => {
    for (const colour of ["#000000", "#7a1fa2", "#0b3d91", "#c2410c", "#767676", "#ffffff", "#ffe066"]) {
      expect(contrast(colour, inkOn(colour)), colour).toBeGreaterThanOrEqual(4.5);
      const night = lightened(colour, nightSheet, 3);
      expect(contrast(night, nightSheet), colour).toBeGreaterThanOrEqual(3);
      expect(contrast(night, inkOn(night)), colour).toBeGreaterThanOrEqual(4.5);
    }
    expect(style).toContain(`--sheet: ${nightSheet}`);
    expect(accentStyle("#0b5c55")).toContain("--key: #0b5c55; --on-key: #ffffff");
  });
});
