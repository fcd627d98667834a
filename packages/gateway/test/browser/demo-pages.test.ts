import { execFileSync } from "node:child_process";
import { request } from "node:http";
import { Secret } from "kunji";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";
import { demoWebhookSecret } from "../../src/demo/demo-webhook.js";
import { createConnection } from "../../src/flows/connections.js";
import { submitPassword } from "../../src/flows/login/password-login.js";
import { createReceivedWebhooks } from "../../src/http/demo/received-webhooks.js";
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

/** What the sandbox and the browser's way give: a code for a connection of this user's. */
async function codeFor(user: string): Promise<{ readonly connection: string; readonly code: string }> {
  const returnUrl = `${demo.url}/demo/return`;
  const made = await createConnection(demo.ports, "demo", { app: "autoshares", user, returnUrl });
  const [{ username, password }] = world.presets.autoshares.users;
  const step = await submitPassword(demo.ports, new URL(made.link.url).pathname.slice("/connect/".length), {
    username,
    password: new Secret(password),
  });
  return { connection: made.connection.id, code: step.kind === "go" ? codeIn(step.to) : "" };
}
const decoded = (text: string) =>
  text.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
const codeIn = (address: string) => new URL(address).searchParams.get("code") ?? "";
const statusOf = async (id: string) => (await demo.ports.store.connections.get("demo", id))?.status;
const open = (query: Readonly<Record<string, string>>) =>
  fetch(`${demo.url}/demo/return?${new URLSearchParams(query)}`, { headers: { accept } });

it("uses a code for its own page's form alone, and by no look", async () => {
  const form = await codeFor("ravi");
  for (const site of ["cross-site", "same-site", "none"])
    expect((await send("/demo/return", form, { accept, "sec-fetch-site": site })).status).toBe(403);
  const page = await (await open(form)).text();
  expect(page).toContain("Confirm for ravi");
  expect(page).toContain(`${demo.url}/v1/connections/${form.connection}/confirm`);
  expect(await statusOf(form.connection)).toBe("pending");
  const confirmed = await send("/demo/return", form);
  expect(confirmed.headers.get("location")).toBe(`/demo/return?connection=${form.connection}`);
  expect(await statusOf(form.connection)).toBe("active");
});

it("leads whoever comes back without a connection to the dashboard, and nobody without a reason", async () => {
  const bare = (query: string) =>
    fetch(`${demo.url}/demo/return${query}`, { headers: { accept }, redirect: "manual" });
  const told = await bare("?error=login_unknown");
  expect([told.status, told.headers.get("location")]).toEqual([303, "/"]);
  expect((await bare("")).status).toBe(400);
});

it.each(["../../keys", "..%2f..%2fkeys", "con_x/../../keys", "con_x?limit=1"])(
  "calls no other address for the connection %s",
  async (connection) => {
    expect(await (await open({ connection })).text()).toContain("404 not_found");
    const sent = await send("/demo/return", { connection, code: "x".repeat(43) });
    expect(await sent.text()).toContain("404 not_found");
  },
);

it("says that a login failed, and does not believe a return without a code", async () => {
  const connection = await connectionOf("ravi");
  expect(await (await open({ connection, error: "account_declined" })).text()).toContain("account_declined");
  expect(await (await open({ connection })).text()).toContain("Not connected");
  const forged = await send("/demo/return", { connection, code: "x".repeat(43) });
  expect(new URL(forged.headers.get("location") ?? "", demo.url).searchParams.get("error")).toBe(
    "code_refused",
  );
  const hostile = "<script>alert(1)</script>";
  const text = await (await open({ connection, error: hostile })).text();
  expect(text).toContain("&lt;script&gt;");
  expect(text).not.toContain("<script");
});

it("says of a code that was used already that the account is connected, and of one that opens nothing what to do", async () => {
  const form = await codeFor("usha");
  await send("/demo/return", form);
  const again = await send("/demo/return", form);
  const used = await (await fetch(new URL(again.headers.get("location") ?? "", demo.url))).text();
  expect(used).toContain("This code was used already");
  expect(used).toContain("is connected: there is nothing more to do");
  expect(used).toContain(`href="/connections/${form.connection}"`);
  expect(used).not.toContain("Something went wrong");
  expect(await statusOf(form.connection)).toBe("active");
  const other = await connectionOf("usha");
  const nothing = await (await open({ connection: other, error: "code_refused" })).text();
  expect(nothing).toContain("This code can’t be used");
  expect(nothing).toContain("Log in again");
  expect(nothing).not.toContain("is connected");
});

it("shows a line for a shell that holds the user as one word, and no code that isn't of the gateway's form", async () => {
  const user = "O'Brien';touch /tmp/x;'";
  const connection = await connectionOf(user);
  const code = "x".repeat(43);
  const text = decoded(await (await open({ connection, code })).text());
  const line = /-d (.*)<\/pre>/.exec(text)?.[1] ?? "";
  const words = execFileSync("/bin/sh", ["-c", `printf '%s|' ${line}`], { encoding: "utf8" });
  expect(words).toBe(`${JSON.stringify({ code, user })}|`);
  for (const other of ["x';touch /tmp/x;'", "<script>alert(1)</script>", "x".repeat(42)]) {
    const page = await (await open({ connection, code: other })).text();
    expect(page).toContain("This code can’t be used");
    expect(decoded(page)).not.toContain(other);
  }
});

it("answers under its own host names alone, so that no name that resolves here can read it", async () => {
  const { hostname, port } = new URL(demo.url);
  const statusFor = (host: string) =>
    new Promise<number>((done) => {
      request({ hostname, port, path: "/demo/webhook", headers: { host } }, (answer) => {
        answer.resume();
        done(answer.statusCode ?? 0);
      }).end();
    });
  expect(await statusFor("evil.example")).toBe(421);
  expect(await statusFor(`evil.example:${port}`)).toBe(421);
  expect(await statusFor(`localhost:${port}`)).toBe(200);
});
