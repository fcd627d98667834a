import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chooseApp } from "../../src/flows/choice-link.js";
import { closeConnection } from "../../src/flows/close-connection.js";
import { openLink, wayBack } from "../../src/flows/open-link.js";
import { type ApiWorld, newApiWorld, withTenant } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { returnUrl } from "../support/world.js";
import { codeOf, newBrowser } from "./support/browser.js";
import { logInFully, refusal, tokenOf } from "./support/logins.js";

describe.each(databases)("a link with a choice, on %s", (_, database) => {
  let world: ApiWorld;
  let key: string;
  beforeAll(async () => {
    world = await newApiWorld(await database());
    key = await withTenant(world, "acme", ["zebu", "ventura", "nuvama"]);
    await withTenant(world, "other", ["rmoney"]);
  });
  afterAll(() => world.close());

  const post = (body: unknown) => world.call("POST", "/v1/connect-links", { key, body });
  const wish = { apps: ["zebu", "ventura"], user: "asha", return_url: returnUrl };
  const newToken = async (): Promise<string> => tokenOf((await post(wish)).body.connect_url);
  const count = async () => (await world.store.connections.list("acme", {}, { limit: 200 })).items.length;

  it("makes no connection until an app is chosen, then one for each app however often it is chosen", async () => {
    const before = await count();
    const token = await newToken();
    const link = await openLink(world.ports, token);
    expect(link).toMatchObject({
      kind: "choice",
      choice: { user: "asha", returnUrl, apps: [{ id: "zebu" }, { id: "ventura" }] },
    });
    expect(await count()).toBe(before);
    const chosen = await Promise.all([1, 2, 3].map(() => chooseApp(world.ports, token, "zebu")));
    expect(await count()).toBe(before + 1);
    const opened = await openLink(world.ports, tokenOf(chosen[0]?.url ?? ""));
    expect(opened).toMatchObject({
      kind: "connection",
      app: { id: "zebu" },
      connection: { user: "asha", returnUrl, status: "new" },
    });
    await chooseApp(world.ports, token, "ventura");
    expect(await count()).toBe(before + 2);
    await chooseApp(world.ports, await newToken(), "zebu");
    expect(await count()).toBe(before + 3);
  });

  it("leads to a link that works no longer than it does, and has done its work once that was used", async () => {
    const token = await newToken();
    world.advance(3_000_000);
    const link = await chooseApp(world.ports, token, "zebu");
    expect(link.expiresAt).toBeLessThanOrEqual(world.now() + 600_000);
    const at = { tenant: "acme", broker: "zebu" } as const;
    const code = codeOf(await logInFully(world, newBrowser(world), at, tokenOf(link.url)));
    const { connection } = (await openLink(world.ports, tokenOf(link.url))) as { connection: { id: string } };
    const confirm = { key, body: { code, user: "asha" } };
    expect((await world.call("POST", `/v1/connections/${connection.id}/confirm`, confirm)).status).toBe(200);
    expect(await refusal(chooseApp(world.ports, token, "zebu"))).toBe("link_invalid");
    const other = await chooseApp(world.ports, token, "ventura");
    const ventura = (await openLink(world.ports, tokenOf(other.url))) as { connection: { id: string } };
    await closeConnection(world.ports, "acme", ventura.connection.id, null);
    expect(await refusal(chooseApp(world.ports, token, "ventura"))).toBe("link_invalid");
    world.advance(600_001);
    expect(await refusal(openLink(world.ports, token))).toBe("link_invalid");
    expect(await wayBack(world.ports, token)).toMatchObject({ returnUrl, connection: undefined });
    expect(await wayBack(world.ports, `${token}x`)).toBeUndefined();
  });

  it("makes the connection at once where there is one app alone", async () => {
    const before = await count();
    const { body, status } = await post({ ...wish, apps: ["zebu"] });
    expect([status, await count()]).toEqual([201, before + 1]);
    expect((await openLink(world.ports, tokenOf(body.connect_url))).kind).toBe("connection");
  });

  it.each([
    [400, "apps", { apps: [] }],
    [400, "apps", { apps: ["zebu", "zebu"] }],
    [400, "apps", { apps: Array.from({ length: 21 }, (_, i) => `a${i}`) }],
    [404, "apps", { apps: ["zebu", "rmoney"] }],
    [400, "user", { user: " " }],
    [400, "return_url", { return_url: `${returnUrl}/` }],
  ])("answers %i for a wrong %s as in %o", async (status, field, change) => {
    const refused = await post({ ...wish, ...change });
    expect([refused.status, refused.body.field]).toEqual([status, field]);
    expect((await post(wish)).status).toBe(201);
  });

  it("lets nobody choose what it does not name, and leaves out apps that lead back no more", async () => {
    const token = await newToken();
    for (const app of ["nuvama", "rmoney", "", "__proto__"])
      expect(await refusal(chooseApp(world.ports, token, app))).toBe("request_invalid");
    const row = await world.store.apps.get("acme", "zebu");
    if (!row) throw new Error("the tenant has no such app");
    await world.store.apps.put("acme", { ...row, returnUrls: [`${returnUrl}/`], at: world.now() });
    expect(await openLink(world.ports, token)).toMatchObject({ choice: { apps: [{ id: "ventura" }] } });
    expect(await refusal(chooseApp(world.ports, token, "zebu"))).toBe("request_invalid");
    await world.store.apps.put("acme", { ...row, at: world.now() });
    await chooseApp(world.ports, token, "zebu");
  });

  it("fits into an address with as many and as long names as there may be", async () => {
    const apps = Array.from({ length: 20 }, (_, i) => `${"a".repeat(62)}${String(i).padStart(2, "0")}`);
    for (const id of apps) {
      const body = {
        broker: "zebu",
        environment: "sandbox",
        keys: { clientId: "C", secret: "s" },
        return_urls: [returnUrl],
      };
      expect((await world.call("PUT", `/v1/apps/${id}`, { key, body })).status).toBe(200);
    }
    const { body } = await post({ ...wish, apps, user: "\u{1F511}".repeat(200) });
    const page = await world.call("GET", new URL(body.connect_url).pathname, {
      headers: { accept: "text/html" },
    });
    expect([page.status, page.text.includes("Choose your broker")]).toEqual([200, true]);
  });
});
