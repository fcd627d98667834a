import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openChromium } from "../browser/support/chromium.js";
import { type DemoGateway, openDemo } from "../browser/support/demo-gateway.js";
import { totpOf } from "../connect/support/totp.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { addOperator, password } from "./support/operators.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let world: TestWorld;
let gateway: DemoGateway;
let context: BrowserContext;
let page: Page;
let foreign: string[];
let names = 0;
let name: string;
// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 90_000 });
beforeAll(async () => {
  browser = await openChromium();
  world = await newWorld(await databases[0][1]());
  gateway = await openDemo(world, { demo: false });
}, 60_000);
afterAll(async () => {
  vi.resetConfig();
  await gateway.close();
  await world.close();
  await browser.close();
});
beforeEach(async () => {
  name = `asha${names++}`;
  await addOperator({ store: gateway.ports.store, now: Date.now }, "operator", name);
  context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  page = await context.newPage();
  foreign = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(gateway.url)) foreign.push(request.url());
  });
  page.on("pageerror", (error) => foreign.push(String(error)));
  page.on("console", (line) => {
    // A form that is refused, and a stream whose session is over, are told by their status.
    const told = /the server responded with a status of (?:401|422)/.test(line.text());
    if (line.type() === "error" && !told) foreign.push(line.text());
  });
});
afterEach(async () => {
  expect(foreign).toEqual([]);
  await context.close();
});

const open = (path: string) => page.goto(`${gateway.url}${path}`);
const at = () => page.url().slice(gateway.url.length);

/** Goes on with the tabulator until something of this name has the focus. */
async function tabTo(text: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const focus = document.activeElement as HTMLInputElement | null;
      return `${focus?.labels?.[0]?.textContent ?? ""}${focus?.tagName === "INPUT" ? "" : (focus?.textContent ?? "")}`;
    });
    if (here.trim() === text) return;
  }
  throw new Error(`Nothing called ${text} has the focus.`);
}

async function signIn(): Promise<void> {
  await open("/settings");
  await page.locator("#name:focus").waitFor();
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/settings");
}

describe("the dashboard in a real browser", () => {
  it("lets a person in, around and out by the keyboard alone", async () => {
    await signIn();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the page");
    await tabTo("API keys");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/settings/keys");
    expect(await page.locator("nav [aria-current]").allTextContents()).toEqual(["Settings", "API keys"]);
    await tabTo("Sign out");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/sign-in?out=1");
    await open("/settings");
    expect(at()).toBe("/sign-in?next=%2Fsettings");
  });

  it("sets the second factor up and asks for its code at the next sign-in", async () => {
    await signIn();
    await page.getByRole("link", { name: "Set it up" }).click();
    expect(await page.getByRole("img", { name: "QR code" }).isVisible()).toBe(true);
    const secret = ((await page.locator("#secret").textContent()) ?? "").replaceAll(" ", "");
    await page.getByLabel("Code", { exact: true }).fill(totpOf(secret, Date.now() - 30_000));
    await page.getByLabel("Your password").fill(password);
    await page.getByRole("button", { name: "Turn it on" }).click();
    await page.waitForURL("**/settings?said=on");
    expect(await page.getByRole("status").textContent()).toContain("second factor is on");
    await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
    await open("/settings/operators");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password").fill(password);
    await page.keyboard.press("Enter");
    await page.getByLabel("Code").fill("000000");
    await page.keyboard.press("Enter");
    expect(await page.getByRole("alert").textContent()).toContain("That code is wrong");
    await page.getByLabel("Code").fill(totpOf(secret, Date.now()));
    await page.keyboard.press("Enter");
    await page.waitForURL("**/settings/operators");
  });

  it("brings a part up to date when something changes, and keeps what is typed, open and in focus", async () => {
    await addOperator({ store: gateway.ports.store, now: Date.now }, "operator", `${name}-zoe`);
    await signIn();
    await open("/settings/operators");
    const row = page.locator("#operators li", { hasText: `${name}-zoe` });
    await row.locator("summary").click();
    // An input within the part that is swapped, as a page may have one.
    await page.evaluate(() => {
      const typed = Object.assign(document.createElement("input"), { name: "note", id: "note" });
      document.querySelector("#operators")?.append(typed);
    });
    const adding = page.locator("#name");
    await adding.fill("half-typ");
    await row.locator("summary").focus();
    await addOperator({ store: gateway.ports.store, now: Date.now }, "operator", `${name}-new`);
    await gateway.ports.store.changes.announce({ tenant: "operator", kind: "operator", id: "x" });
    await page.locator("#operators li", { hasText: `${name}-new` }).waitFor();
    expect(await row.locator("details").getAttribute("open")).not.toBeNull();
    expect(await row.locator("summary").evaluate((one) => one === document.activeElement)).toBe(true);
    expect(await adding.inputValue()).toBe("half-typ");
    expect(at()).toBe("/settings/operators");
  });

  it("tells a page of a session that is over so, and keeps what was typed", async () => {
    await signIn();
    await open("/settings/operators");
    await page.locator("#name").fill("half-typ");
    const { id = "" } = (await gateway.ports.store.waysIn.operator(name)) ?? {};
    await gateway.ports.store.operatorSessions.endAll("operator", id);
    await gateway.ports.store.changes.announce({ tenant: "operator", kind: "operator", id });
    await page.locator("#signed-out").waitFor({ state: "visible" });
    expect(await page.locator("#name").inputValue()).toBe("half-typ");
  });

  it.each(["light", "dark"] as const)(
    "has no flaw of accessibility that axe finds, %s, and is small",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await open("/sign-in");
      await look();
      await signIn();
      for (const path of [
        "/",
        "/settings",
        "/settings/second-factor",
        "/settings/operators",
        "/settings/keys",
      ]) {
        await open(path);
        await look();
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect([path, overflow]).toEqual([path, 0]);
        const loaded = await page.evaluate(() =>
          [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce(
            (sum, entry) => sum + (entry as PerformanceResourceTiming).decodedBodySize,
            0,
          ),
        );
        expect(loaded).toBeGreaterThan(5_000);
        expect(loaded).toBeLessThan(50_000);
      }
    },
  );
});

async function look(): Promise<void> {
  // Evaluated by the debugger, which the page's own policy does not hold.
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself there.
    const found = await (globalThis as any).axe.run();
    return found.violations.map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => [
      id,
      ...nodes.map(({ html }) => html),
    ]);
  });
  expect([page.url(), violations]).toEqual([page.url(), []]);
}
