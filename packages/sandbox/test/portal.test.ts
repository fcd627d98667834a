import { describe, expect, it } from "vitest";
import { firstForm, formsOf } from "./support/form.js";
import { rig, sha256 } from "./support/rig.js";

const portal = "/zebu/portal";

describe("the portal", () => {
  it("registers an app by JSON, whose keys log in at once", async () => {
    const { post, send } = await rig();
    const made = await post(`${portal}/apps`, { name: "Mine", redirect_url: "https://app.example/back?x=1" });
    expect(made.status).toBe(201);
    const { client_id, secret_key, id } = made.body as Record<string, string>;
    expect(Object.keys(made.body)).toEqual(["id", "redirect_url", "client_id", "secret_key"]);
    const login = await post("/_sandbox/zebu/login", { client_id, username: "ZP0001" });
    const code = new URL(String(login.body.redirect)).searchParams.get("code");
    expect(login.body.redirect).toBe(`https://app.example/back?x=1&code=${code}`);
    const checksum = sha256(`${client_id}${secret_key}${code}`);
    const answer = await send("POST", "/zebu/NorenWClientAPI/GenAcsTok", { code, checksum });
    expect(await answer.json()).toMatchObject({ stat: "Ok" });
    expect(id).toMatch(/^\w{12}$/);
  });

  it("changes a redirect URL, which the next login and the presets use", async () => {
    const { post, presets } = await rig();
    const url = "http://localhost:9999/new";
    const changed = await post(`${portal}/apps/zebu-cli`, { redirect_url: url });
    expect(changed).toMatchObject({
      status: 200,
      body: { id: "zebu-cli", redirect_url: url, client_id: "ABC" },
    });
    const login = await post("/_sandbox/zebu/login", { client_id: "ABC", username: "ZP0001" });
    expect(String(login.body.redirect).startsWith(`${url}?code=`)).toBe(true);
    expect((await presets()).zebu!.app.redirect_url).toBe(url);
    expect((await presets()).zebu!.apps.gateway.redirect_url).not.toBe(url);
  });

  it("works by its forms: the first one registers, each app has one for its redirect URL", async () => {
    const { origin, send, presets } = await rig();
    const first = firstForm(await (await send("GET", portal)).text());
    expect([...first.fields.keys()]).toEqual(["name", "redirect_url"]);
    first.fields.set("name", "<Mine> & yours");
    first.fields.set("redirect_url", "https://app.example/back");
    const made = await fetch(origin + first.action, { method: "POST", body: first.fields });
    const page = await made.text();
    expect(made.status).toBe(201);
    expect(page).toContain("&lt;Mine&gt; &amp; yours");
    const cli = formsOf(page).find(({ action }) => action.endsWith("/zebu-cli"))!;
    cli.fields.set("redirect_url", "https://app.example/cli");
    expect((await fetch(origin + cli.action, { method: "POST", body: cli.fields })).status).toBe(200);
    expect((await presets()).zebu!.app.redirect_url).toBe("https://app.example/cli");
  });

  it.each([
    "",
    "/relative",
    "https:app.example",
    "ftp://app.example/x",
    "javascript:alert(1)",
    "https://app.example/x#fragment",
    "http://",
    5,
  ])("refuses the redirect URL %j with a sentence, and keeps the old one", async (redirect_url) => {
    const { post, presets, send } = await rig();
    const before = (await presets()).zebu!.app.redirect_url;
    const refused = await post(`${portal}/apps/zebu-cli`, { redirect_url });
    expect(refused).toMatchObject({ status: 400, body: { error: "bad_redirect_url" } });
    const form = new URLSearchParams({ name: "x", redirect_url: String(redirect_url) });
    const page = await send("POST", `${portal}/apps`, form.toString(), {
      "content-type": "application/x-www-form-urlencoded",
    });
    expect(page.status).toBe(400);
    expect(await page.text()).toContain("The redirect URL must be absolute");
    expect((await presets()).zebu!.app.redirect_url).toBe(before);
  });

  it("needs no redirect URL where the login has none", async () => {
    const { post, send } = await rig();
    const made = await post("/autoshares/portal/apps", { name: "Mobile" });
    expect(made.status).toBe(201);
    expect(Object.keys(made.body)).toEqual(["id", "Et-App-Key"]);
    expect(await (await send("GET", "/autoshares/portal")).text()).not.toContain("redirect_url");
  });

  it("knows no app of another broker", async () => {
    const { post } = await rig();
    const url = { redirect_url: "https://app.example/x" };
    expect((await post("/ventura/portal/apps/zebu-cli", url)).status).toBe(404);
    expect((await post("/ventura/portal/apps/ventura-cli", url)).status).toBe(200);
    expect((await post(`${portal}/apps`, { name: " ", ...url })).body.error).toBe("bad_name");
  });
});
