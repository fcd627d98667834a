import { expect, it } from "vitest";
import { codeMatches } from "../src/credentials.js";
import { rig, start } from "./support/rig.js";

it("shows the presets of all five under the brokers' own names", async () => {
  const { presets } = await rig({ urls: { gateway: "http://127.0.0.1:4999" } });
  const all = await presets();
  expect(Object.keys(all)).toEqual(["ventura", "autoshares", "nuvama", "zebu", "rmoney"]);
  const keysOf = (broker: string) => Object.keys(all[broker]!.app).filter((key) => key !== "redirect_url");
  expect(keysOf("ventura")).toEqual(["app_key", "app_secret"]);
  expect(keysOf("autoshares")).toEqual(["Et-App-Key"]);
  expect(keysOf("nuvama")).toEqual(["vendor", "api_key", "pwd", "AppIdKey"]);
  expect(keysOf("zebu")).toEqual(["client_id", "secret_key"]);
  expect(keysOf("rmoney")).toEqual(["appcode", "apiSecret"]);
  expect(all.autoshares!.app).not.toHaveProperty("redirect_url");
  expect(all.zebu!.app).toEqual(all.zebu!.apps.cli);
  expect(all.zebu!.app.redirect_url).toBe("http://127.0.0.1:4702/callback/zebu");
  expect(all.zebu!.apps.gateway.redirect_url).toBe("http://127.0.0.1:4999/callback/zebu/demo-zebu");
  for (const { users } of Object.values(all)) {
    for (const { totp, totpSecret } of users) expect(codeMatches(totpSecret, totp, start)).toBe(true);
  }
});

it("takes a code of the step before and after, by the clock on the wall alone", async () => {
  const { presets, sandbox, post } = await rig();
  await post("/_sandbox/clock", { advance: "3h" });
  const [first] = (await presets()).zebu!.users;
  const user = sandbox.world.user("zebu", first!.username)!;
  expect(sandbox.world.otpIs(user, first!.totp)).toBe(true);
  expect(sandbox.world.otpIs(user, first!.totp)).toBe(true);
  expect(codeMatches(first!.totpSecret, first!.totp, start + 30_000)).toBe(true);
  expect(codeMatches(first!.totpSecret, first!.totp, start + 60_000)).toBe(false);
});

it("logs in without a browser: the redirect that a browser would get", async () => {
  const { post } = await rig();
  const done = await post("/_sandbox/ventura/login", {
    app_key: "7LgeAMyKQgWL6ErlU1wm",
    username: "AA0605",
    state: "a&b=c+d ñ",
  });
  const redirect = new URL(String(done.body.redirect));
  expect(redirect.origin + redirect.pathname).toBe("http://127.0.0.1:4702/callback/ventura");
  expect(redirect.searchParams.get("request_token")).toBeTruthy();
  expect(redirect.searchParams.get("state")).toBe("a&b=c+d ñ");
});

it("declines when told so, and for the user who does", async () => {
  const { post } = await rig();
  const login = async (fields: object) =>
    new URL(String((await post("/_sandbox/zebu/login", { client_id: "ABC", ...fields })).body.redirect));
  expect((await login({ username: "ZP0001" })).searchParams.has("code")).toBe(true);
  expect((await login({ username: "ZP0001", consent: false })).searchParams.has("code")).toBe(false);
  expect((await login({ username: "ZP0336" })).searchParams.has("code")).toBe(false);
});

it.each([
  ["a wrong password", "zebu", { client_id: "ABC", username: "ZP0114" }, 401, "wrong_password"],
  ["a locked account", "zebu", { client_id: "ABC", username: "ZP0225" }, 403, "locked"],
  ["an unknown user", "zebu", { client_id: "ABC", username: "nobody" }, 404, "unknown_user"],
  ["an unknown app", "zebu", { client_id: "nothing", username: "ZP0001" }, 400, "bad_login_url"],
  ["a parameter that is no text", "zebu", { client_id: 5, username: "ZP0001" }, 400, "bad_parameter"],
  ["a broker without a login page", "autoshares", { username: "demo.trader" }, 404, "no_login_page"],
  ["an unknown broker", "kite", { username: "ZP0001" }, 404, "unknown_broker"],
])("sends nobody back for %s", async (_, broker, body, status, error) => {
  const { post } = await rig();
  const refused = await post(`/_sandbox/${broker}/login`, body);
  expect(refused).toMatchObject({ status, body: { error } });
  expect(String(refused.body.message).length).toBeGreaterThan(20);
  expect(refused.body).not.toHaveProperty("redirect");
});

it("names AutoShares' token endpoint where it has no login page", async () => {
  const { post } = await rig();
  const { body } = await post("/_sandbox/autoshares/login", { username: "demo.trader" });
  expect(body.message).toContain("POST /autoshares/api/token");
});

it("ends one user's sessions, and leaves another's", async () => {
  const { post, quote, zebuToken } = await rig();
  const [one, other] = [await zebuToken("ZP0001"), await zebuToken("ZP0447")];
  expect((await post("/_sandbox/zebu/sessions/end", { username: "ZP0001" })).body).toEqual({ ended: 1 });
  expect(await (await quote(one)).json()).toMatchObject({ stat: "Not_Ok" });
  expect(await (await quote(other, "ZP0447")).json()).toMatchObject({ stat: "Ok" });
  await zebuToken("ZP0001");
  expect((await post("/_sandbox/zebu/sessions/end")).body.ended).toBeGreaterThanOrEqual(1);
  expect((await post("/_sandbox/zebu/sessions/end", { username: 5 })).status).toBe(400);
});

it("ends vendor sessions, all or one vendor's, and leaves the users'", async () => {
  const { post, presets, send, sandbox } = await rig();
  const { vendor, pwd } = (await presets()).nuvama!.app as { vendor: string; pwd: string };
  const login = () =>
    send("POST", `/nuvama/edelmw-login/login/accounts/loginvendor/${vendor}`, { pwd }, { source: vendor });
  const vendors = () => sandbox.world.sessions("nuvama", { kind: "vendor" }).length;
  expect((await login()).status).toBe(200);
  expect(vendors()).toBe(1);
  expect((await post("/_sandbox/nuvama/sessions/end")).body).toEqual({ ended: 0 });
  expect((await post("/_sandbox/nuvama/sessions/end", { vendor: "somebody" })).body).toEqual({ ended: 0 });
  expect((await post("/_sandbox/nuvama/sessions/end", { vendor })).body).toEqual({ ended: 1 });
  await login();
  expect((await post("/_sandbox/nuvama/sessions/end", { vendor: true })).body).toEqual({ ended: 1 });
});

it("lets the user who logs in elsewhere make one call, and then no other", async () => {
  const { presets, quote, zebuToken } = await rig();
  const { username } = (await presets()).zebu!.users.find(({ about }) => about.includes("elsewhere"))!;
  const token = await zebuToken(username);
  expect(await (await quote(token, username)).json()).toMatchObject({ stat: "Ok" });
  expect(await (await quote(token, username)).json()).toMatchObject({ stat: "Not_Ok" });
  const fine = await zebuToken("ZP0001");
  for (let i = 0; i < 3; i++) expect(await (await quote(fine)).json()).toMatchObject({ stat: "Ok" });
});

it("goes back to the presets, the clock on the wall, no faults and an empty ledger", async () => {
  const { get, ledger, post, presets, quote, send, zebuToken } = await rig();
  const before = await presets();
  const token = await zebuToken();
  await post("/_sandbox/clock", { advance: "1m" });
  await post("/_sandbox/faults", { broker: "zebu", fault: "not-json" });
  await send("POST", "/zebu/portal/apps/zebu-cli", { redirect_url: "https://example.com/new" });
  await send("POST", "/zebu/portal/apps", { name: "mine", redirect_url: "https://example.com/mine" });
  expect((await ledger()).length).toBeGreaterThan(0);
  expect((await send("POST", "/_sandbox/reset")).status).toBe(200);
  expect(await presets()).toEqual(before);
  expect((await get("/_sandbox/clock")).body.mode).toBe("follow");
  expect((await get("/_sandbox/faults")).body.set).toEqual([]);
  expect(await ledger()).toEqual([]);
  expect(await (await quote(token)).json()).toMatchObject({ stat: "Not_Ok" });
});

it("lists what it has where a steering call is unknown", async () => {
  const { get } = await rig();
  const { status, body } = await get("/_sandbox/clocks");
  expect(status).toBe(404);
  expect(body.message).toContain("POST clock");
});

it("shows each broker's public key, the same before and after a reset", async () => {
  const { get, post } = await rig();
  const first = (await get("/zebu/.well-known/jwks.json")).body as { keys: Record<string, string>[] };
  expect(Object.keys(first.keys[0]!).toSorted()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
  await post("/_sandbox/reset");
  expect((await get("/zebu/.well-known/jwks.json")).body).toEqual(first);
  expect((await get("/ventura/.well-known/jwks.json")).body).not.toEqual(first);
});
