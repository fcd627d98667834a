import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { cookieName, signedIn } from "./support/signed-in.js";

const picture = (begin: string, bytes = 200) =>
  Buffer.concat([Buffer.from(begin, "latin1"), Buffer.alloc(bytes - begin.length, 7)]);
const begins = {
  "image/png": "\x89PNG\r\n\x1a\n",
  "image/jpeg": "\xff\xd8\xff\xe0",
  "image/webp": "RIFF\x10\x00\x00\x00WEBPVP8 ",
};
const png = picture(begins["image/png"]);

describe.each(databases)("the form of an app's logo on %s", (_, make) => {
  let world: ApiWorld;
  let tenants = 0;
  let tenant: string;
  let cookie: string;
  beforeAll(async () => {
    world = await newApiWorld(await make());
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    tenant = `t${tenants++}`;
    await world.addTenant(tenant, ["zebu"]);
    ({ cookie } = await signedIn(world, tenant));
  });

  const headers = () => ({
    cookie: `${cookieName}=${cookie}`,
    accept: "text/html",
    "sec-fetch-site": "same-origin",
  });
  const post = (body: FormData | string, more: Readonly<Record<string, string>> = {}) =>
    fetch(`${world.url}/apps/zebu/logo`, {
      method: "POST",
      redirect: "manual",
      headers: { ...headers(), ...more },
      body,
    });
  function formWith(...files: readonly Buffer[]): FormData {
    const form = new FormData();
    for (const file of files)
      form.append("logo", new Blob([new Uint8Array(file)], { type: "image/png" }), "a.png");
    return form;
  }
  const app = async () => (await world.store.apps.get(tenant, "zebu"))!;
  const onFile = async () => world.store.waysIn.logo((await app()).handle);

  it.each(Object.entries(begins))("takes a %s by what it begins with, and shows it", async (type, begin) => {
    const before = await app();
    const data = picture(begin);
    const answer = await post(formWith(data));
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/apps/zebu?said=logo"]);
    const logo = await onFile();
    expect([logo?.type, Buffer.from(logo?.data ?? [])]).toEqual([type, data]);
    const { displayName, accent, returnUrls, environment } = before;
    expect(await app()).toMatchObject({ displayName, accent, returnUrls, environment });
    const page = await (await fetch(`${world.url}/apps/zebu?said=logo`, { headers: headers() })).text();
    expect(page).toContain("The logo is saved");
    const [, path = ""] = /<img src="(\/logos\/[^"]+)"/.exec(page) ?? [];
    const shown = await fetch(world.url + path);
    expect([shown.headers.get("content-type"), Buffer.from(await shown.arrayBuffer())]).toEqual([type, data]);
  });

  it.each([
    ["nothing is chosen", () => formWith(Buffer.alloc(0)), "Choose a picture first."],
    ["it is no picture", () => formWith(Buffer.from("<svg onload=alert(1)>")), "no picture of a kind"],
    ["it is too large", () => formWith(picture(begins["image/png"], 65_537)), "at most 64 KiB"],
    ["it is very large", () => formWith(picture(begins["image/png"], 3_000_000)), "at most 64 KiB"],
  ])("keeps what is on file where %s, and says why", async (_, form, sentence) => {
    expect((await post(formWith(png))).status).toBe(303);
    const before = await onFile();
    const answer = await post(form());
    const page = await answer.text();
    expect([answer.status, page.includes(sentence)]).toEqual([422, true]);
    expect(page).toMatch(/<input type="file"[^>]* aria-invalid="true"/);
    expect(await onFile()).toEqual(before);
    expect((await post(formWith(picture(begins["image/png"], 65_536)))).status).toBe(303);
  });

  it("takes one file, in a form of its kind, and nothing besides", async () => {
    expect((await post(formWith(png, png))).status).toBe(400);
    const named = formWith(png);
    named.append("display.name", "Other");
    expect((await post(named)).status).toBe(400);
    expect((await post("logo=x", { "content-type": "application/x-www-form-urlencoded" })).status).toBe(400);
    expect((await post("--x\r\n", { "content-type": "multipart/form-data; boundary=x" })).status).toBe(400);
    expect(await onFile()).toBeUndefined();
    expect((await post(formWith(png))).status).toBe(303);
  });

  it("is taken from the gateway's own pages alone, of somebody who is signed in, for an app of theirs", async () => {
    expect((await post(formWith(png), { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await post(formWith(png), { cookie: "" })).headers.get("location")).toContain("/sign-in");
    await world.addTenant(`${tenant}-other`, ["zebu"]);
    const { cookie: others } = await signedIn(world, `${tenant}-other`);
    expect((await post(formWith(png), { cookie: `${cookieName}=${others}` })).status).toBe(303);
    expect(await onFile()).toBeUndefined();
    expect((await post(formWith(png))).status).toBe(303);
    expect(await onFile()).toBeDefined();
  });
});
