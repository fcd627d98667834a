import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAppKeys } from "../../src/flows/app-keys.js";
import type { App } from "../../src/ports/apps.js";
import { connected } from "../connect/support/logins.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { allBrokers } from "../support/world.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

/** A form of a new app at Zebu as a person fills it in. */
const filled = {
  broker: "zebu",
  id: "main",
  environment: "uat",
  "keys.clientId": " ABC ",
  "keys.secret": " planted-secret",
  return_urls: "https://app.example/back\r\n\r\n  https://app.example/other  \r\n",
  egress: "",
  "order_budget.per_connection": "",
  "order_budget.per_app": "5",
  "settings.dailyLogout": "06:45",
  "display.name": "Ledger <b>&",
  "display.accent": "#0B5C55",
};

describe.each(databases)("the apps' pages on %s", (_, make) => {
  let world: ApiWorld;
  let asha: SignedInPerson;
  let ravi: SignedInPerson;
  beforeAll(async () => {
    world = await newApiWorld(await make());
    await world.addTenant("acme", allBrokers);
    await world.addTenant("other", ["zebu"]);
    await world.addTenant("empty", []);
    asha = await signedIn(world, "acme");
    ravi = await signedIn(world, "other");
  });
  afterAll(() => world.close());
  const app = async (id: string, tenant = "acme"): Promise<App> => (await world.store.apps.get(tenant, id))!;
  const add = (fields: Readonly<Record<string, string>> = {}) =>
    asha.send("/apps/new", { ...filled, ...fields });

  it("lists the tenant's apps with the connections that live, and nobody else's", async () => {
    await connected(world, { tenant: "acme", broker: "zebu" });
    await connected(world, { tenant: "acme", broker: "zebu" }, "u2");
    const { status, text } = await asha.open("/apps");
    expect(status).toBe(200);
    for (const broker of allBrokers) expect(text).toContain(`href="/apps/${broker}"`);
    expect(text.match(/\d live/g)?.sort()).toEqual(["0 live", "0 live", "0 live", "0 live", "2 live"]);
    const { text: others } = await ravi.open("/apps");
    expect(others.match(/href="\/apps\/[a-z]+"/g)).toEqual(['href="/apps/new"', 'href="/apps/zebu"']);
    expect(others).toContain("0 live");
  });

  it("offers the first one where there is none", async () => {
    const { text } = await (await signedIn(world, "empty")).open("/apps");
    expect(text).toContain("No app yet");
    expect(text).toContain('<a class="button" href="/apps/new">');
  });

  it("goes on where a page of the list ends", async () => {
    await world.store.tenants.add("many", { name: "many", madeBy: null, at: world.now() });
    const { sealedKeys, broker, environment, returnUrls } = await app("zebu");
    for (let i = 0; i < 26; i++) {
      const id = `app-${String(i).padStart(2, "0")}`;
      const row = { id, broker, environment, sealedKeys, returnUrls, handle: `many-${i}`, at: world.now() };
      await world.store.apps.put("many", row);
    }
    const meera = await signedIn(world, "many");
    const { text } = await meera.open("/apps");
    expect([text.includes("/apps/app-24"), text.includes("/apps/app-25")]).toEqual([true, false]);
    const [, next = ""] = /<a href="([^"]+)">More apps/.exec(text) ?? [];
    const rest = (await meera.open(next)).text;
    expect([rest.includes("/apps/app-24"), rest.includes("/apps/app-25")]).toEqual([false, true]);
  });

  it("asks for the keys by the broker's own names, the secret ones as passwords", async () => {
    expect((await asha.open("/apps/new")).text.match(/\?broker=[a-z]+/g)).toHaveLength(5);
    for (const broker of allBrokers) {
      const { text } = await asha.open(`/apps/new?broker=${broker}`);
      for (const [name, { brokerName, label, secret }] of Object.entries(
        world.ports.brokers.traits[broker].keys,
      )) {
        expect(text).toContain(`${label} <code class="theirs">${brokerName}</code>`);
        const [field = ""] = new RegExp(`<input[^>]* name="keys.${name}"[^>]*>`).exec(text) ?? [];
        expect([name, field.includes('type="password"')]).toEqual([name, secret]);
      }
      for (const environment of world.ports.brokers.environments(broker))
        expect(text).toContain(`<option value="${environment}"`);
    }
  });

  it("adds an app, and shows the callback URL to register and no key ever again", async () => {
    const made = await add();
    expect([made.status, made.headers.location]).toEqual([303, "/apps/main?said=added"]);
    const row = await app("main");
    expect(row).toMatchObject({
      environment: "uat",
      returnUrls: ["https://app.example/back", "https://app.example/other"],
      ordersPerConnection: null,
      ordersPerApp: 5,
      egress: null,
      displayName: "Ledger <b>&",
      accent: "#0b5c55",
    });
    // A secret may begin with a blank; a name that is none does not.
    const keys = { clientId: "ABC", secret: " planted-secret", dailyLogout: "06:45" };
    expect(openAppKeys(world.ports, row)).toEqual(keys);
    const { text } = await asha.open("/apps/main?said=added");
    expect(text).toContain(`id="callback">${world.ports.publicUrl}/callback/zebu/${row.handle}<`);
    expect(text).toContain('data-copy="callback"');
    expect(text).toContain("With Zebu, which registers the redirect URL");
    expect(text).toContain("<title>Ledger &lt;b&gt;&amp; · Kunji</title>");
    expect(text).toContain('value="06:45"');
    for (const path of ["/apps", "/apps/main", "/apps/main?said=added"])
      expect((await asha.open(path)).text).not.toMatch(/planted-secret|value="ABC"|<b>&/);
    const records = await world.store.audit.newest("acme", { limit: 50, of: { kind: "app", id: "main" } });
    expect(records).toMatchObject([{ action: "app.put", key: asha.operator.id }]);
  });

  it.each([
    ["an id that is none", { id: "a b" }, "id", "1 to 64 letters"],
    ["an id that is taken", { id: "zebu" }, "id", "already"],
    ["an id that has no page", { id: "new" }, "id", "another id"],
    ["a key that is missing", { "keys.secret": "" }, "keys.secret", "secret_key"],
    ["no return URL", { return_urls: " " }, "return_urls", "1 to 20"],
    [
      "a return URL by http",
      { return_urls: "https://a.example/\nhttp://b.example/" },
      "return_urls",
      "Line 2",
    ],
    ["an environment that is not there", { environment: "moon" }, "environment", "uat"],
    ["a budget that is no number", { "order_budget.per_app": "many" }, "order_budget.per_app", "1 to 1000"],
    ["a proxy that is none", { egress: "socks://x" }, "egress", "http://host:port"],
    ["a colour that is hardly seen", { "display.accent": "#ffffee" }, "display.accent", "hardly be seen"],
    ["a name that is too long", { "display.name": "x".repeat(61) }, "display.name", "60 printable"],
    ["a time that is none", { "settings.dailyLogout": "25:00" }, "settings.dailyLogout", "HH:mm"],
  ])("says %s at its field, and keeps what was typed but for secrets", async (_what, fields, field, says) => {
    const before = await app("zebu");
    const wrong = { ...filled, id: "second", ...fields };
    const { status, text } = await asha.send("/apps/new", wrong);
    expect(status).toBe(422);
    const id = `f-${field.replace(/[^A-Za-z0-9]+/g, "-")}`;
    const [, sentence = ""] = new RegExp(`id="${id}-wrong">([^<]+)<`).exec(text) ?? [];
    expect(sentence).toContain(says);
    const [control = ""] = new RegExp(`<(?:input|textarea|select)[^>]* id="${id}"[^>]*>`).exec(text) ?? [];
    expect(control).toContain('aria-invalid="true"');
    expect(control).toContain(`${id}-wrong`);
    expect(text.match(/aria-invalid/g)).toHaveLength(1);
    expect(text).toContain('role="alert">Nothing was saved.');
    expect(text).toContain(`value="${wrong["keys.clientId"]}"`);
    expect(text).toContain(
      "Ledger &lt;b&gt;&amp;".repeat(wrong["display.name"] === filled["display.name"] ? 1 : 0),
    );
    expect(text).not.toContain("planted-secret");
    expect(await world.store.apps.get("acme", "second")).toBeUndefined();
    expect(await app("zebu")).toEqual(before);
    if (field === "id") return;
    const right = {
      ...wrong,
      [field]: filled[field as keyof typeof filled],
      id: `right-${id}-${says.length}`,
    };
    expect((await asha.send("/apps/new", right)).status).toBe(303);
  });

  it("shows no password of a proxy again, neither one that was refused nor one on file", async () => {
    const { status, text } = await add({ id: "third", egress: "http://user:planted-password@127.0.0.1:1" });
    expect(status).toBe(422);
    expect(text).toContain('id="f-egress-wrong">The proxy does not lead to the broker');
    expect(text).not.toContain("planted-password");
    const shown = await add({ id: "third", egress: "http://127.0.0.1:1" });
    expect(shown.text).toContain('value="http://127.0.0.1:1"');
  });

  it("answers for another tenant's app as for none, whatever is sent, and changes nothing", async () => {
    const before = await app("nuvama");
    const paths = ["", "/keys", "/place", "/look", "/check", "/log-out-vendor"];
    for (const id of ["nuvama", "nowhere"])
      for (const path of paths) {
        const sent =
          path === "" ? await ravi.open(`/apps/${id}`) : await ravi.send(`/apps/${id}${path}`, filled);
        expect([id, path, sent.status]).toEqual([id, path, 404]);
        expect(sent.text).not.toContain("acme");
      }
    expect(await app("nuvama")).toEqual(before);
    expect((await asha.open("/apps/nuvama")).status).toBe(200);
  });

  it("leads whoever opens the address of a form to its page", async () => {
    for (const form of ["keys", "place", "look", "check"])
      expect((await asha.open(`/apps/zebu/${form}`)).headers.location).toBe("/apps/zebu");
  });
});
