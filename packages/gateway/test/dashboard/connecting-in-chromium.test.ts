import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createConnection } from "../../src/flows/connections.js";
import { openChromium } from "../browser/support/chromium.js";
import { type DemoGateway, openDemo } from "../browser/support/demo-gateway.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { type Watched, watch, wrongOn } from "./support/page-checks.js";

let browser: Browser;
let world: TestWorld;
let demo: DemoGateway;
let context: BrowserContext;
let page: Page;
let watched: Watched;
// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 90_000 });
beforeAll(async () => {
  browser = await openChromium();
  world = await newWorld(await databases[0][1]());
  demo = await openDemo(world);
}, 60_000);
afterAll(async () => {
  vi.resetConfig();
  await demo.close();
  await world.close();
  await browser.close();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: demo.url });
  page = await context.newPage();
  watched = watch(page);
});
afterEach(async () => {
  expect(watched.complaints).toEqual([]);
  await context.close();
});

const order = "/NorenWClientAPI/PlaceOrder";
const at = () => page.url().slice(demo.url.length);

/** What is wrong with the page for whoever reads it on a phone, or not by the eye. */
async function flaws(): Promise<unknown> {
  const wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  return { wrong: await wrongOn(page), wider: await page.evaluate(wide) };
}
const none = { wrong: [], wider: 0 };

/** Goes on with the tabulator until the focus matches. */
async function tabTo(selector: string): Promise<void> {
  for (let i = 0; i < 90; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  throw new Error(`Nothing that is ${selector} has the focus.`);
}

/** Connects at AutoShares: the form is the gateway's, and the sandbox's ready user is one press. */
async function connectByKeyboard(): Promise<string> {
  await page.goto(`${demo.url}/`);
  await tabTo(".connect-cards button[value=autoshares]");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/connect/*");
  expect(await flaws()).toEqual(none);
  await tabTo(".ready button");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/connections/*");
  return /\/connections\/(\w+)/.exec(page.url())?.[1] ?? "";
}

describe("a person at a keyboard, on a phone, in the dark", () => {
  it("connects an account, calls its broker and reads the answer", async () => {
    const id = await connectByKeyboard();
    expect(await demo.ports.store.connections.get("demo", id)).toMatchObject({ status: "active" });
    await tabTo("form.call > button");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/call#answer");
    expect(await page.locator("#answer [role=status]").textContent()).toMatch(
      /^200 OK, answered by AutoShares/,
    );
    expect(await flaws()).toEqual(none);
    // The address of an answer, loaded anew, is the connection's.
    await page.goto(`${demo.url}/connections/${id}/call`);
    expect(at()).toBe(`/connections/${id}`);
  });

  it("is kept from an order without its tick, finds what was typed, and ends the connection with one", async () => {
    const id = await connectByKeyboard();
    await page.locator("#call-path").fill(order);
    await page.locator("form.call > button").click();
    await page.waitForURL("**/call#answer");
    expect(await page.locator("#answer [role=alert]").textContent()).toContain(
      "tick “This may send an order”",
    );
    expect(await page.locator("#call-path").inputValue()).toBe(order);
    expect(await flaws()).toEqual(none);
    await page.locator(".end summary").click();
    expect(await flaws()).toEqual(none);
    // Without the tick the browser itself asks for it.
    await page.getByRole("button", { name: "End the connection" }).click();
    expect(at()).toContain("/call");
    await page.getByLabel("Yes, end it for good").check();
    await page.getByRole("button", { name: "End the connection" }).click();
    await page.waitForURL(`**/connections/${id}?said=closed`);
    expect(await flaws()).toEqual(none);
  });
});

describe("what follows changes by itself", () => {
  it("takes away neither a link that was made nor what was typed, and turns the buttons with the status", async () => {
    const returnUrl = `${demo.url}/demo/return`;
    const { connection } = await createConnection(demo.ports, "demo", {
      app: "zebu",
      user: "asha",
      returnUrl,
    });
    await page.goto(`${demo.url}/`);
    await page.goto(`${demo.url}/connections/${connection.id}`);
    await page.getByRole("button", { name: "Make a link to send" }).click();
    const link = page.locator("#made-link");
    await link.waitFor();
    expect(await flaws()).toEqual(none);
    await page.getByRole("button", { name: "Copy the link" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(await link.textContent());
    const fallen = { status: "login_needed", reason: "session_over", at: world.now() } as const;
    await demo.ports.store.connections.change("demo", connection.id, { generation: 0 }, fallen);
    await demo.ports.store.changes.announce({ tenant: "demo", kind: "connection", id: connection.id });
    await page.locator("#stands", { hasText: "Login needed" }).waitFor();
    expect(await link.isVisible()).toBe(true);

    const id = await connectByKeyboard();
    await page.locator("#call-path").fill("/half-typ");
    const { generation = 0 } = (await demo.ports.store.connections.get("demo", id)) ?? {};
    await demo.ports.store.connections.change("demo", id, { generation }, fallen);
    await demo.ports.store.changes.announce({ tenant: "demo", kind: "connection", id });
    await page.locator("#actions", { hasText: "one click leads to AutoShares and back" }).waitFor();
    expect(await page.locator("#call-path").inputValue()).toBe("/half-typ");
    await page.locator("form.call > button").click();
    await page.waitForURL("**/call*");
    expect(await page.locator("#answer [role=alert]").textContent()).toContain("log in");
  });
});
