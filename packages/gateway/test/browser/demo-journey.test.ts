import type { BrokerId } from "kunji";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { putSandboxApps } from "../../src/demo/sandbox-apps.js";
import { createConnection } from "../../src/flows/connections.js";
import { databases } from "../support/databases.js";
import { allBrokers, newWorld, type TestWorld } from "../support/world.js";
import { openChromium } from "./support/chromium.js";
import { type DemoGateway, openDemo } from "./support/demo-gateway.js";

const [[, onFile]] = databases;
let browser: Browser;
let world: TestWorld;
let demo: DemoGateway;
let page: Page;
// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  browser = await openChromium();
  world = await newWorld(await onFile());
  demo = await openDemo(world);
}, 60_000);
afterAll(async () => {
  vi.resetConfig();
  await demo.close();
  await world.close();
  await browser.close();
});
beforeEach(async () => {
  page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
});
afterEach(() => page.context().close());

const heading = () => page.locator("main h1").textContent();
const notice = () => page.locator("main > .said:visible").first().textContent();

/** Fills in the page's first form as a person would, and presses its first button. */
async function typeIn(broker: BrokerId): Promise<void> {
  const presets = await (await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/presets`)).json();
  const { username, password, totp } = presets[broker].users[0];
  const form = page.locator("form").first();
  await form.locator("[name=username]").fill(username);
  await form.locator("[name=password]").fill(password);
  if (!page.url().startsWith(demo.url)) await form.locator("[name=otp]").fill(totp);
  await form.locator("button").first().click();
}

/** From a broker's own page, or the gateway's form for it, back to the page that says how it went. */
async function logIn(broker: BrokerId, answer: "yes" | "no" = "yes"): Promise<void> {
  const { login, echoesState } = demo.ports.brokers.traits[broker];
  expect(page.url()).toMatch(login === "password" ? /\/connect\// : /^http:\/\/localhost:/);
  await typeIn(broker);
  if (login === "password") return;
  const consent = page.locator("button[name=consent][value=yes]");
  if ((await consent.count()) > 0) await consent.click();
  if (echoesState) return;
  expect(page.url()).toBe(`${demo.url}/callback/${broker}/demo-${broker}/account`);
  await page.locator(`button[name=answer][value=${answer}]`).click();
}

/** From the demo's first page to the page that says how the login went. */
async function connect(broker: BrokerId, answer: "yes" | "no" = "yes"): Promise<void> {
  await page.goto(`${demo.url}/`);
  const { name } = demo.ports.brokers.traits[broker];
  await page.getByRole("button", { name: new RegExp(`^Connect.*: ${name}$`) }).click();
  await logIn(broker, answer);
}

describe.each(allBrokers)("a person with a real browser without JavaScript, at %s", (broker) => {
  it("gets from the demo's first page by one press to a connected account, calls its broker, and ends it", async () => {
    await connect(broker);
    expect(await notice()).toBe("Connected: calls can be made from now on.");
    const [, id = ""] = /\/connections\/(\w+)\?said=connected$/.exec(page.url()) ?? [];
    expect(await demo.ports.store.connections.get("demo", id)).toMatchObject({
      status: "active",
      broker,
      user: "operator",
    });

    await page.getByRole("button", { name: "Send", exact: true }).click();
    expect(await page.locator("#answer [role=status]").textContent()).toMatch(/^200 OK, answered by /);
    await page.locator("summary", { hasText: "End this connection" }).click();
    await page.getByLabel("Yes, end it for good").check();
    await page.getByRole("button", { name: "End the connection" }).click();
    expect(await notice()).toBe("The connection is ended, and its session erased.");
    expect(await demo.ports.store.connections.get("demo", id)).toMatchObject({ sealedSession: null });
    const cookies = (await page.context().cookies()).map(({ name }) => name).sort();
    expect(cookies.filter((name) => name !== "kunji_looked")).toEqual(["kunji_operator"]);
  });
});

it("mends a connection that has fallen by one press, at the broker and back", async () => {
  await connect("nuvama");
  const [, id = ""] = /\/connections\/(\w+)/.exec(page.url()) ?? [];
  const { generation = 0 } = (await demo.ports.store.connections.get("demo", id)) ?? {};
  const fallen = { status: "login_needed", reason: "session_over", at: world.now() } as const;
  await demo.ports.store.connections.change("demo", id, { generation }, fallen);
  await page.goto(`${demo.url}/connections/${id}`);
  await page.getByRole("button", { name: "Log in again" }).click();
  await logIn("nuvama");
  expect(page.url()).toBe(`${demo.url}/connections/${id}?said=connected`);
  expect(await demo.ports.store.connections.get("demo", id)).toMatchObject({
    status: "active",
    generation: generation + 1,
  });
});

it("offers the sandbox's ready user where the gateway asks for a password, in the demo alone", async () => {
  await page.goto(`${demo.url}/`);
  await page.locator("button[name=app][value=autoshares]").click();
  const password = page.locator("form:not(.ready) [name=password]");
  expect(await password.inputValue()).toBe("");
  await page.getByRole("button", { name: /^Log in as / }).click();
  expect(await notice()).toBe("Connected: calls can be made from now on.");
  // With a sandbox of its own, which sends browsers back to one gateway alone.
  const apart = await newWorld(await onFile());
  const plain = await openDemo(apart, { demo: false });
  try {
    await putSandboxApps(plain.ports, "operator", { sandboxUrl: apart.sandboxUrl, fetch: globalThis.fetch });
    const wish = { app: "autoshares", user: "asha", returnUrl: `${plain.url}/demo/return` };
    await page.goto((await createConnection(plain.ports, "operator", wish)).link.url);
    expect(await page.locator("form").count()).toBe(1);
    expect(await password.count()).toBe(1);
  } finally {
    await plain.close();
    await apart.close();
  }
});

it("tells of an account that its user has declined, connects nothing, and leads on", async () => {
  await connect("rmoney", "no");
  expect(await heading()).toBe("Nothing was connected");
  await page.getByRole("button", { name: "Log in again" }).click();
  await logIn("rmoney");
  expect(await notice()).toBe("Connected: calls can be made from now on.");
});

it("plays the app that a link was made for: its button confirms as that app's server would", async () => {
  const returnUrl = `${demo.url}/demo/return`;
  const made = await createConnection(demo.ports, "demo", { app: "zebu", user: "asha", returnUrl });
  await page.goto(made.link.url);
  await page.getByRole("button", { name: /^Go to / }).click();
  await logIn("zebu");
  expect(await heading()).toBe("Back at the app");
  expect(await demo.ports.store.connections.get("demo", made.connection.id)).toMatchObject({
    status: "pending",
  });
  await page.getByRole("button", { name: "Confirm for asha" }).click();
  expect(await heading()).toBe("Connected");
  expect(page.url()).not.toMatch(/code=|error=/);
  await page.reload();
  expect(await heading()).toBe("Connected");
  await page.getByRole("link", { name: "To the connection" }).click();
  expect(page.url()).toBe(`${demo.url}/connections/${made.connection.id}`);
  expect(await heading()).toBe("asha");
});

it("shows the webhooks that were received, each with a signature that holds", async () => {
  await connect("zebu");
  const [, id = ""] = /\/connections\/(\w+)/.exec(page.url()) ?? [];
  await demo.deliver();
  await page.goto(`${demo.url}/demo/webhook`);
  const shown = await page.locator("pre").allTextContents();
  const own = shown.map((text) => JSON.parse(text)).filter(({ data }) => data.connection === id);
  expect(own.map(({ type }) => type)).toEqual([
    "connection.active",
    "connection.pending",
    "connection.created",
  ]);
});
