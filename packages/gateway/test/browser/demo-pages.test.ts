import { request } from "node:http";
import { Secret } from "kunji";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { demoWebhookSecret } from "../../src/demo/demo-webhook.js";
import { createConnection } from "../../src/flows/connections.js";
import { callPage } from "../../src/http/demo/demo-pages.js";
import { createReceivedWebhooks } from "../../src/http/demo/received-webhooks.js";
import { layout } from "../../src/http/pages/layout.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { type DemoGateway, openDemo } from "./support/demo-gateway.js";

const [[, onFile]] = databases;
let world: TestWorld;
let demo: DemoGateway;
let secret: Secret;
beforeAll(async () => {
  world = await newWorld(await onFile());
  demo = await openDemo(world);
  secret = await demoWebhookSecret(demo.ports, "demo");
});
afterAll(async () => {
  await demo.close();
  await world.close();
});

const accept = "text/html";
const own = { accept, "sec-fetch-site": "same-origin" };
const send = (
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Record<string, string> = own,
) =>
  fetch(`${demo.url}${path}`, {
    method: "POST",
    redirect: "manual",
    headers,
    body: new URLSearchParams(fields),
  });

async function connectionOf(user: string): Promise<string> {
  const returnUrl = `${demo.url}/demo/return`;
  return (await createConnection(demo.ports, "demo", { app: "zebu", user, returnUrl })).connection.id;
}

/** A webhook as the gateway sends it, with what differs. */
function signed(id: string, { by = secret, at = new Date(), body = `{"type":"connection.active"}` } = {}) {
  const signature = new Webhook(by.reveal()).sign(id, at, body);
  return {
    body,
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": signature,
    },
  };
}
const hook = (webhook: ReturnType<typeof signed>) =>
  fetch(`${demo.url}/demo/webhook`, { method: "POST", ...webhook });
const listed = async (): Promise<{ id: string }[]> =>
  (await (await fetch(`${demo.url}/demo/webhook`)).json()).items;

it("takes a webhook whose signature holds, once however often it is sent, and none that is forged, altered or old", async () => {
  const good = signed("evt_good");
  const other = new Secret(`whsec_${Buffer.alloc(32, 3).toString("base64")}`);
  const bad = [
    signed("evt_other", { by: other }),
    { ...good, body: good.body.replace("active", "closed") },
    { ...good, headers: { ...good.headers, "webhook-id": "evt_renamed" } },
    { ...good, headers: { ...good.headers, "webhook-signature": "" } },
    signed("evt_old", { at: new Date(Date.now() - 600_000) }),
  ];
  const statuses = await Promise.all(bad.map(async (webhook) => (await hook(webhook)).status));
  expect(statuses).toEqual(bad.map(() => 400));
  expect(await listed()).toEqual([]);
  expect((await hook(good)).status).toBe(204);
  expect((await hook(good)).status).toBe(204);
  expect((await listed()).map(({ id }) => id)).toEqual(["evt_good"]);
});

it("keeps the last hundred", () => {
  const received = createReceivedWebhooks(secret);
  for (let i = 0; i < 120; i++) {
    const { body, headers } = signed(`evt_${i}`);
    received.receive(body, headers);
  }
  const kept = received.list().map(({ id }) => id);
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([100, "evt_119", "evt_20"]);
});

it("makes and ends connections for its own pages' forms alone", async () => {
  const id = await connectionOf("demo-user");
  const forms: readonly (readonly [string, Record<string, string>])[] = [
    ["/demo/connect", { app: "zebu" }],
    ["/demo/call", { connection: id }],
    ["/demo/close", { connection: id }],
  ];
  const before = (await demo.ports.store.connections.list("demo", {}, { limit: 100 })).items.length;
  for (const [path, fields] of forms)
    for (const site of ["cross-site", "same-site", "none"])
      expect((await send(path, fields, { accept, "sec-fetch-site": site })).status).toBe(403);
  expect((await demo.ports.store.connections.list("demo", {}, { limit: 100 })).items.length).toBe(before);
  expect(await demo.ports.store.connections.get("demo", id)).toMatchObject({ status: "new" });
  expect((await send("/demo/connect", { app: "zebu" })).headers.get("location")).toMatch(
    `${demo.url}/connect/`,
  );
  expect((await send("/demo/close", { connection: id })).headers.get("location")).toBe("/demo");
  expect(await demo.ports.store.connections.get("demo", id)).toMatchObject({ status: "closed" });
});

it("shows what the gateway has refused, in its words", async () => {
  const unknown = await send("/demo/connect", { app: "nothing" });
  expect(await unknown.text()).toContain("404 not_found");
  const notLoggedIn = await send("/demo/call", { connection: await connectionOf("demo-user") });
  expect(await notLoggedIn.text()).toContain("answered by the gateway");
});

it.each(["../../keys", "..%2f..%2fkeys", "con_x/../../keys", "con_x?limit=1"])(
  "calls no other address for the connection %s",
  async (connection) => {
    const text = await (await send("/demo/call", { connection })).text();
    expect(text).toContain("404 not_found");
    const back = await fetch(`${demo.url}/demo/return?${new URLSearchParams({ connection })}`, {
      headers: { accept },
    });
    expect(await back.text()).toContain("not_found");
  },
);

it("says that a login failed, and does not believe a return without a code", async () => {
  const id = await connectionOf("demo-user");
  const open = (query: string) =>
    fetch(`${demo.url}/demo/return?connection=${id}&${query}`, { headers: { accept } });
  const failed = await open("error=account_declined");
  expect(await failed.text()).toContain("account_declined");
  expect(await (await open("")).text()).toContain("Not connected");
  const forged = await open(`code=${"x".repeat(43)}`);
  expect(new URL(forged.url).searchParams.get("error")).toBe("code_refused");
  const hostile = await (await open(`error=${encodeURIComponent("<script>alert(1)</script>")}`)).text();
  expect(hostile).toContain("&lt;script&gt;");
  expect(hostile).not.toContain("<script");
});

it("shows a broker's answer as text", async () => {
  const page = String(await layout(callPage("GET /x", 200, "broker", "</pre><script>alert(1)</script>")));
  expect(page).toContain("&lt;/pre&gt;&lt;script&gt;");
  expect(page.match(/<script/)).toBeNull();
});

it("answers under its own host names alone, so that no name that resolves here can read it", async () => {
  const { hostname, port } = new URL(demo.url);
  const statusFor = (host: string) =>
    new Promise<number>((done) => {
      request({ hostname, port, path: "/demo", headers: { host } }, (answer) => {
        answer.resume();
        done(answer.statusCode ?? 0);
      }).end();
    });
  expect(await statusFor("evil.example")).toBe(421);
  expect(await statusFor(`evil.example:${port}`)).toBe(421);
  expect(await statusFor(`localhost:${port}`)).toBe(200);
});
