import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openChromium } from "../browser/support/chromium.js";
import { type DemoGateway, openDemo } from "../browser/support/demo-gateway.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { addConnection, endSession } from "./support/sessions.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const hour = 3_600_000;
const halfPast = Date.parse("2026-11-21T00:30:00+05:30");

let browser: Browser;
let world: TestWorld;
let gateway: DemoGateway;
let context: BrowserContext;
let page: Page;
let wrong: string[];
// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 90_000 });
beforeAll(async () => {
  browser = await openChromium();
  world = await newWorld(await databases[0][1]());
  gateway = await openDemo(world);
  const place = { store: gateway.ports.store, now: world.now };
  const returnUrl = `${gateway.ports.publicUrl}/connected`;
  const add = (id: string, broker: Parameters<typeof addConnection>[2]["broker"], endsAt: number | null) =>
    addConnection(place, "demo", { id, broker, session: { endsAt } });
  await add("nu", "nuvama", halfPast);
  await add("us", "autoshares", world.now() + 20 * hour);
  await add("never", "rmoney", null);
  await add("out", "ventura", halfPast);
  await endSession(place, "demo", "out");
  await addConnection(place, "demo", {
    id: "renewed",
    broker: "zebu",
    session: { endsAt: world.now() + hour, carriedUntil: 8_640_000_000_000_000 },
  });
  await addConnection(place, "demo", {
    id: "own",
    broker: "nuvama",
    user: "operator",
    returnUrl,
    session: { endsAt: halfPast },
  });
}, 60_000);
afterAll(async () => {
  vi.resetConfig();
  await gateway.close();
  await world.close();
  await browser.close();
});

async function openContext(options: Parameters<Browser["newContext"]>[0] = {}): Promise<void> {
  context = await browser.newContext({ viewport: { width: 360, height: 740 }, ...options });
  page = await context.newPage();
  page.on("request", (request) => {
    if (!request.url().startsWith(gateway.url)) wrong.push(request.url());
  });
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (line) => line.type() === "error" && wrong.push(line.text()));
}
beforeEach(() => {
  wrong = [];
});
afterEach(async () => {
  expect(wrong).toEqual([]);
  await context.close();
});

const open = (path: string) => page.goto(`${gateway.url}${path}`);

async function flaws(): Promise<unknown> {
  // Evaluated by the debugger, which the page's own policy does not hold.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself there.
    const found = await (globalThis as any).axe.run();
    return found.violations.map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => [
      id,
      ...nodes.map(({ html }) => html),
    ]);
  });
}

describe("readiness and the overview in a real browser", () => {
  it.each(["light", "dark"] as const)(
    "have no flaw that axe finds, %s, and no sideways scrolling",
    async (colorScheme) => {
      await openContext({ colorScheme });
      for (const path of ["/", "/readiness", "/readiness?at=2026-11-23T09%3A15&clock=US"]) {
        await open(path);
        if (path.startsWith("/r")) await page.getByText("The same as a table").click();
        expect([path, await flaws()]).toEqual([path, []]);
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect([path, over]).toEqual([path, 0]);
        expect(await page.locator("h1").count()).toBe(1);
      }
    },
  );

  it("keep names and bars on one line each, on a phone and on a desk", async () => {
    for (const width of [360, 1280]) {
      await openContext({ viewport: { width, height: 900 } });
      await open("/readiness");
      const middles = (selector: string) =>
        page.locator(selector).evaluateAll((all) =>
          all.map((one) => {
            const { top, height } = one.getBoundingClientRect();
            return Math.round(top + height / 2);
          }),
        );
      const names = await middles(".day-names li");
      expect(names).toHaveLength(6);
      const bars = new Set(await middles(".bars .run"));
      for (const name of names.slice(1))
        expect([...bars].some((bar) => Math.abs(bar - name) <= 2)).toBe(true);
      if (width < 1280) await context.close();
    }
  });

  it("let the picture be scrolled by the keyboard on a phone, and stay where it is while it follows", async () => {
    await openContext();
    await open("/readiness");
    const scroller = page.getByRole("region", { name: "Picture of the day" });
    await scroller.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => (document.querySelector(".day .scroll")?.scrollLeft ?? 0) > 50);
    await page.waitForTimeout(300);
    const before = await scroller.evaluate((one) => one.scrollLeft);
    const line = () => page.locator("#day-svg line.now").getAttribute("x1");
    const was = await line();
    world.advance(20 * 60_000);
    await gateway.ports.store.changes.announce({ tenant: "demo", kind: "connection", id: "nu" });
    await page.waitForFunction(
      (x) => document.querySelector("#day-svg line.now")?.getAttribute("x1") !== x,
      was,
    );
    expect(Number.parseFloat((await line()) ?? "")).toBeGreaterThan(Number.parseFloat(was ?? ""));
    expect(await scroller.evaluate((one) => one.scrollLeft)).toBe(before);
    expect(await scroller.evaluate((one) => one === document.activeElement)).toBe(true);
  });

  it("copy the link of the row whose button is pressed", async () => {
    await openContext({ permissions: ["clipboard-read", "clipboard-write"] });
    await open("/readiness");
    await page.getByRole("button", { name: "Copy link for user of out" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const row = page.locator("#out li", { hasText: "user of out" });
    expect(copied).toBe(await row.locator("code").textContent());
    expect(copied).toContain(`${gateway.ports.publicUrl}/connect/`);
  });

  it("see a session fall without being loaded again, and say so first", async () => {
    await openContext();
    await open("/");
    const state = page.locator("h2.state");
    expect(await state.textContent()).toBe("1 connection is out.");
    await endSession({ store: gateway.ports.store, now: world.now }, "demo", "nu");
    await gateway.ports.store.changes.announce({ tenant: "demo", kind: "connection", id: "nu" });
    await page.getByText("2 connections are out.").waitFor();
    expect(await page.locator("#attention li", { hasText: "user of nu" }).locator("code").count()).toBe(1);
    expect(await page.locator(".day-names").textContent()).toContain("user of nu");
  });

  it("work without a script: the chosen moment, the table, the file and the links", async () => {
    await openContext({ javaScriptEnabled: false });
    await open("/readiness");
    expect(await page.locator("[data-copy]").first().isVisible()).toBe(false);
    expect(await page.locator("#out code").first().isVisible()).toBe(true);
    await page.getByLabel("At another moment").fill("2026-11-21T00:29");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByText("Who will be out at 00:29 tomorrow, India").waitFor();
    await page.getByText("The same as a table").click();
    expect(await page.locator(".of-day tbody tr").count()).toBe(6);
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: "The whole list as CSV" }).click();
    expect((await coming).suggestedFilename()).toBe("kunji-readiness.csv");
  });
});
