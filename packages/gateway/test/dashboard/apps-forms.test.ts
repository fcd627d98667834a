import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openAppKeys } from "../../src/flows/app-keys.js";
import { putApp } from "../../src/flows/apps.js";
import { createConnection } from "../../src/flows/connections.js";
import type { App } from "../../src/ports/apps.js";
import { connected, rowOf } from "../connect/support/logins.js";
import { startForwardProxy } from "../egress/support/forward-proxy.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { returnUrl } from "../support/world.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

const png = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(100, 7)]).toString(
  "base64",
);

describe.each(databases)("the forms of an app's page on %s", (_, make) => {
  let world: ApiWorld;
  let asha: SignedInPerson;
  let count = 0;
  let id: string;
  beforeAll(async () => {
    world = await newApiWorld(await make());
    await world.addTenant("acme", ["zebu", "nuvama"]);
    asha = await signedIn(world, "acme");
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    id = `app-${count++}`;
    await putApp(
      world.ports,
      "acme",
      id,
      {
        broker: "zebu",
        environment: "sandbox",
        keys: { clientId: "ABC", secret: "first-secret" },
        settings: { dailyLogout: "06:45" },
        return_urls: [returnUrl],
        order_budget: { per_connection: 7, per_app: 9 },
        display: { name: "Ledger", accent: "#0b5c55", logo: { type: "image/png", data: png } },
      },
      null,
    );
  });
  const app = async (): Promise<App> => (await world.store.apps.get("acme", id))!;
  const keys = async () => openAppKeys(world.ports, await app());
  const place = {
    environment: "sandbox",
    return_urls: returnUrl,
    egress: "",
    "order_budget.per_connection": "7",
    "order_budget.per_app": "9",
    "settings.dailyLogout": "06:45",
  };
  const send = (form: string, fields: Readonly<Record<string, string>>) =>
    asha.send(`/apps/${id}/${form}`, fields);

  it("keeps each key that is left empty, and all else", async () => {
    const before = await app();
    expect((await send("keys", { "keys.clientId": "", "keys.secret": "second-secret" })).status).toBe(303);
    expect(await keys()).toEqual({ clientId: "ABC", secret: "second-secret", dailyLogout: "06:45" });
    expect((await send("keys", { "keys.clientId": "XYZ", "keys.secret": "" })).status).toBe(303);
    expect(await keys()).toEqual({ clientId: "XYZ", secret: "second-secret", dailyLogout: "06:45" });
    const empty = await send("keys", { "keys.clientId": " ", "keys.secret": "" });
    expect(empty.headers.location).toBe(`/apps/${id}?said=kept`);
    expect(await keys()).toMatchObject({ clientId: "XYZ", secret: "second-secret" });
    const { sealedKeys: _, updatedAt: __, ...rest } = await app();
    expect(before).toMatchObject(rest);
    expect((await asha.open(`/apps/${id}`)).text).not.toMatch(/second-secret|XYZ/);
  });

  it("takes an optional key away where that is ticked, and names those that are on file", async () => {
    const gateway = world.presets.nuvama.apps.gateway;
    const nuvama = () => world.store.apps.get("acme", "nuvama");
    const optional = { "keys.securityKey": "sixteen-letters!" };
    expect((await asha.send("/apps/nuvama/keys", optional)).status).toBe(303);
    expect(openAppKeys(world.ports, (await nuvama())!)).toMatchObject({ securityKey: "sixteen-letters!" });
    expect((await asha.open("/apps/nuvama")).text).toContain('name="without" value="securityKey"');
    expect((await asha.send("/apps/nuvama/keys", { without: "securityKey" })).status).toBe(303);
    const left = openAppKeys(world.ports, (await nuvama())!);
    expect([left.securityKey, left.pwd]).toEqual([undefined, gateway.pwd]);
    const short = await asha.send("/apps/nuvama/keys", { "keys.securityKey": "short" });
    expect([short.status, short.text.includes("16 characters")]).toEqual([422, true]);
  });

  it("takes all keys anew where those on file can't be opened", async () => {
    const { tenant: _, createdAt: __, updatedAt: ___, logoType: ____, ...row } = await app();
    await world.store.apps.put("acme", { ...row, sealedKeys: new Uint8Array(60), at: world.now() });
    const { status, text } = await asha.open(`/apps/${id}`);
    expect([status, text.includes("write all of them again")]).toEqual([200, true]);
    const half = await send("keys", { "keys.clientId": "", "keys.secret": "new-secret" });
    expect([half.status, half.text.includes('id="f-keys-clientId-wrong"')]).toEqual([422, true]);
    const other = await send("place", place);
    expect([other.status, other.text.includes("write the keys first")]).toEqual([422, true]);
    expect((await send("keys", { "keys.clientId": "ABC", "keys.secret": "new-secret" })).status).toBe(303);
    expect(await keys()).toEqual({ clientId: "ABC", secret: "new-secret" });
    expect((await send("place", place)).status).toBe(303);
    expect(await keys()).toEqual({ clientId: "ABC", secret: "new-secret", dailyLogout: "06:45" });
  });

  it("writes place, budgets and settings as they are typed, and leaves keys and look", async () => {
    const changed = { ...place, "order_budget.per_connection": "", "settings.dailyLogout": "" };
    expect((await send("place", { ...changed, return_urls: "https://new.example/" })).status).toBe(303);
    expect(await app()).toMatchObject({
      returnUrls: ["https://new.example/"],
      ordersPerConnection: null,
      ordersPerApp: 9,
      displayName: "Ledger",
      logoType: "image/png",
    });
    expect(await keys()).toEqual({ clientId: "ABC", secret: "first-secret" });
  });

  it("keeps a proxy's password where its address is sent back as it is shown", async () => {
    const proxy = await startForwardProxy({ login: "user:planted" });
    const egress = proxy.with("user:planted");
    expect((await send("place", { ...place, egress })).status).toBe(303);
    const { egress: shown, sealedEgress } = await app();
    expect(shown).toBe(egress.replace(":planted", ""));
    const { text } = await asha.open(`/apps/${id}`);
    expect([text.includes(`value="${shown}"`), text.includes("planted")]).toEqual([true, false]);
    expect((await send("place", { ...place, egress: shown ?? "" })).status).toBe(303);
    const again = await app();
    expect(again.egress).toBe(shown);
    expect(again.sealedEgress).not.toEqual(sealedEgress);
    expect((await send("place", place)).status).toBe(303);
    expect(await app()).toMatchObject({ egress: null, sealedEgress: null });
    await proxy.close();
  });

  it("moves an app whose users are logged in only where that is ticked", async () => {
    id = "zebu";
    const connection = await connected(world, { tenant: "acme", broker: "zebu" });
    const moved = { ...place, environment: "uat" };
    const asked = await send("place", moved);
    expect(asked.status).toBe(422);
    expect(asked.text).toContain("one user has to log in again");
    expect(asked.text).toMatch(/<option value="uat" selected>/);
    expect(await app()).toMatchObject({ environment: "sandbox" });
    expect(await rowOf(world, connection)).toMatchObject({ status: "active" });
    expect((await send("place", { ...moved, leave: "yes" })).status).toBe(303);
    expect(await app()).toMatchObject({ environment: "uat" });
    expect(await rowOf(world, connection)).toMatchObject({
      status: "login_needed",
      reason: "environment_changed",
    });
    // Nobody is logged in any more.
    expect((await send("place", place)).status).toBe(303);
    expect(await app()).toMatchObject({ environment: "sandbox" });
  });

  it("shows how users would see it, and saves that only where it is asked to", async () => {
    const typed = { "display.name": "Other & Co", "display.accent": "#b3261e" };
    const seen = await send("look", { ...typed, preview: "yes" });
    expect(seen.status).toBe(200);
    const preview = /<figure[\s\S]+<\/figure>/.exec(seen.text)?.[0] ?? "";
    expect(preview).toContain("Connect Zebu MYNT to Other &amp; Co");
    expect(preview).toContain('fill="#b3261e"');
    expect(preview).toMatch(/<img src="\/logos\//);
    expect(seen.text).toContain('value="Other &amp; Co"');
    expect(await app()).toMatchObject({ displayName: "Ledger", accent: "#0b5c55" });
    expect((await send("look", typed)).status).toBe(303);
    expect(await app()).toMatchObject({
      displayName: "Other & Co",
      accent: "#b3261e",
      logoType: "image/png",
    });
    expect((await send("look", { "display.name": "", "display.accent": "", logo: "none" })).status).toBe(303);
    expect(await app()).toMatchObject({ displayName: null, accent: null, logoType: null });
    expect(await keys()).toMatchObject({ secret: "first-secret", dailyLogout: "06:45" });
  });

  it.each([
    ["a colour that is hardly seen", { "display.accent": "#ffff00" }, { "display.accent": "#7a6a00" }],
    ["a name that is too long", { "display.name": "x".repeat(61) }, { "display.name": "x".repeat(60) }],
  ])(
    "says of %s the same in a preview as on saving, and nothing of one that will do",
    async (_what, bad, good) => {
      const saidIn = (text: string) => /Nothing was saved\.[^<]+/.exec(text)?.[0];
      const look = { "display.name": "Ledger", "display.accent": "#0b5c55" };
      const saved = await send("look", { ...look, ...bad });
      const seen = await send("look", { ...look, ...bad, preview: "yes" });
      expect(saidIn(saved.text)).toContain("Nothing was saved.");
      expect([seen.status, saidIn(seen.text)]).toEqual([422, saidIn(saved.text)]);
      const fine = await send("look", { ...look, ...good, preview: "yes" });
      expect([fine.status, fine.text.includes("Nothing was saved.")]).toEqual([200, false]);
    },
  );

  it("takes joiners within the words of an app's and a user's name, and no mark of direction", async () => {
    const name = "क्\u200dष लेजर";
    const wanted = { app: id, user: name, returnUrl };
    expect((await send("look", { "display.name": name, "display.accent": "" })).status).toBe(303);
    expect(await app()).toMatchObject({ displayName: name });
    expect((await createConnection(world.ports, "acme", wanted)).connection.user).toBe(name);
    const turned = "क्\u202eष लेजर";
    expect((await send("look", { "display.name": turned, "display.accent": "" })).status).toBe(422);
    await expect(createConnection(world.ports, "acme", { ...wanted, user: turned })).rejects.toThrow(
      "printable",
    );
  });

  it("draws the gateway's own colour where the one that is typed is none", async () => {
    const { text } = await send("look", {
      "display.name": "",
      "display.accent": 'red"/><b>',
      preview: "yes",
    });
    expect(/<figure[\s\S]+<\/figure>/.exec(text)?.[0]).toContain('fill="#0b5c55"');
    expect(text).toContain('value="red&quot;/&gt;&lt;b&gt;"');
  });
});
