import type { BrokerId } from "kunji";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
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

const heading = () => page.locator("h1").textContent();

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

/** From the demo's first page through the broker's login to the page that says how it went. */
async function connect(broker: BrokerId, answer: "yes" | "no" = "yes"): Promise<void> {
  const { name, login, echoesState } = demo.ports.brokers.traits[broker];
  await page.goto(`${demo.url}/demo`);
  await page.getByRole("button", { name: `Connect ${name}` }).click();
  expect(page.url()).toMatch(new RegExp(`^${demo.url}/connect/`));
  if (login === "password") return typeIn(broker);
  await page.getByRole("button", { name: `Go to ${name}` }).click();
  expect(page.url()).toMatch(/^http:\/\/localhost:/);
  await typeIn(broker);
  const consent = page.locator("button[name=consent][value=yes]");
  if ((await consent.count()) > 0) await consent.click();
  if (echoesState) return;
  expect(page.url()).toBe(`${demo.url}/callback/${broker}/demo-${broker}/account`);
  await page.locator(`button[name=answer][value=${answer}]`).click();
}

describe.each(allBrokers)("a person with a real browser without JavaScript, at %s", (broker) => {
  it("gets from the demo's first page to a connected account, whose broker answers the first call, and closes it", async () => {
    await connect(broker);
    expect(await heading()).toBe("Connected");
    expect(page.url()).not.toMatch(/code=|error=/);
    await page.reload();
    expect(await heading()).toBe("Connected");
    const id = new URL(page.url()).searchParams.get("connection") ?? "";
    expect(await demo.ports.store.connections.get("demo", id)).toMatchObject({ status: "active", broker });

    await page.getByRole("link", { name: "Back to the demo" }).click();
    const row = page.locator("tr", { hasText: id });
    await row.getByRole("button", { name: "Call the broker" }).click();
    expect(await page.locator("[class^=said]").textContent()).toBe("Status 200, answered by the broker.");
    await page.goto(`${demo.url}/demo`);
    await row.getByRole("button", { name: "Close" }).click();
    expect(await row.textContent()).toContain("closed");
    expect(await demo.ports.store.connections.get("demo", id)).toMatchObject({ sealedSession: null });
    expect((await page.context().cookies()).map(({ name }) => name)).toEqual(["kunji_looked"]);
  });
});

it("tells of an account that its user has declined, and connects nothing", async () => {
  await connect("rmoney", "no");
  expect(await heading()).toBe("Not connected");
  expect(await page.locator("[role=alert]").textContent()).toContain("account_declined");
});

it("shows the webhooks that were received, each with a signature that holds", async () => {
  await connect("zebu");
  const id = new URL(page.url()).searchParams.get("connection");
  await demo.deliver();
  await page.goto(`${demo.url}/demo`);
  await page.getByRole("link", { name: "see what was received" }).click();
  const shown = await page.locator("pre").allTextContents();
  const own = shown.map((text) => JSON.parse(text)).filter(({ data }) => data.connection === id);
  expect(own.map(({ type }) => type)).toEqual([
    "connection.active",
    "connection.pending",
    "connection.created",
  ]);
});
