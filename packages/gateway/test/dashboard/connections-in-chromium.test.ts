import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { closeConnection } from "../../src/flows/close-connection.js";
import { needLogin } from "../../src/flows/need-login.js";
import type { Connection } from "../../src/ports/connections.js";
import { openChromium } from "../browser/support/chromium.js";
import { connected } from "../connect/support/logins.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { addRows, connectedForDays } from "./support/connection-week.js";
import { cookieName, signedIn } from "./support/signed-in.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let world: ApiWorld;
let week: Connection;
let context: BrowserContext;
let page: Page;
let foreign: string[];
// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 90_000 });
beforeAll(async () => {
  browser = await openChromium();
  world = await newApiWorld(await databases[0][1]());
  await world.addTenant("acme");
  await world.addTenant("empty");
  week = await connectedForDays(
    world,
    { tenant: "acme", broker: "nuvama" },
    "meera.krishnan@mail.example",
    3,
  );
  const closed = await connected(world, { tenant: "acme", broker: "zebu" }, "closed");
  await closeConnection(world.ports, "acme", closed.id, null);
  await addRows(
    world,
    "acme",
    "zebu",
    Array.from({ length: 55 }, (_, i) => `con_${"x".repeat(40)}${i}`),
  );
}, 90_000);
afterAll(async () => {
  vi.resetConfig();
  await world.close();
  await browser.close();
});

async function openContext(javaScriptEnabled: boolean, tenant = "acme"): Promise<void> {
  const { cookie } = await signedIn(world, tenant);
  context = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled });
  await context.addCookies([{ name: cookieName, value: cookie, url: world.url }]);
  page = await context.newPage();
  page.on("request", (request) => {
    if (!request.url().startsWith(world.url)) foreign.push(request.url());
  });
  page.on("pageerror", (error) => foreign.push(String(error)));
  page.on("console", (line) => {
    if (line.type() === "error") foreign.push(line.text());
  });
}
beforeEach(async () => {
  foreign = [];
  await openContext(true);
});
afterEach(async () => {
  expect(foreign).toEqual([]);
  await context.close();
});

const open = (path: string) => page.goto(`${world.url}${path}`);
const at = () => page.url().slice(world.url.length);

/** Goes on with the tabulator until the focus is on what this finds. */
async function tabTo(wanted: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((what) => document.activeElement?.matches(what), wanted)) return;
  }
  throw new Error(`Nothing like ${wanted} has the focus.`);
}

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
  expect([at(), violations]).toEqual([at(), []]);
  for (const width of [1_000, 1_280, 360]) {
    await page.setViewportSize({ width, height: 740 });
    const wider = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect([at(), width, await page.evaluate(wider)]).toEqual([at(), width, 0]);
  }
  expect(await page.locator("h1").count()).toBe(1);
}

describe("the pages of connections in a real browser", () => {
  it.each(["light", "dark"] as const)(
    "have no flaw that axe finds and never scroll sideways, %s",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      const own = `/connections/${week.id}`;
      for (const path of [
        "/connections?broker=nuvama",
        "/connections?status=closed",
        "/connections?q=nobody",
        own,
        `${own}/audit`,
      ]) {
        await open(path);
        for (const each of await page.locator("main details").all())
          await each.evaluate((node) => node.setAttribute("open", ""));
        await look();
      }
      await context.close();
      await openContext(true, "empty");
      await page.emulateMedia({ colorScheme });
      await open("/connections");
      await look();
    },
  );

  it("find a person by the keyboard alone, with no script at all", async () => {
    await context.close();
    await openContext(false);
    await open("/connections");
    for (const wanted of ["#q", "#broker"]) {
      await page.locator(wanted).focus();
      expect(await page.locator(wanted).isVisible()).toBe(true);
    }
    await page.locator("#q").focus();
    await page.keyboard.type("meera");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/connections?q=meera");
    await page.getByRole("link", { name: "meera.krishnan@mail.example" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/connections/${week.id}`);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("meera.krishnan@mail.example");
    await page.getByText("The same as a table").click();
    expect(await page.getByRole("cell", { name: "Goes on" }).isVisible()).toBe(true);
    await page.getByRole("navigation", { name: "Where you are" }).getByRole("link").click();
    await page.waitForURL("**/connections");
    await page.locator("#broker").selectOption("zebu");
    await page.getByRole("button", { name: "Filter" }).click();
    expect(new URL(page.url()).searchParams.get("broker")).toBe("zebu");
    await page.getByRole("link", { name: "Next 50" }).click();
    expect(await page.locator("tbody tr").count()).toBe(5);
    await page.getByRole("link", { name: "First page" }).click();
    expect(await page.locator("tbody tr").count()).toBe(50);
  });

  it("let the tabulator reach the search, the tabs and every row", async () => {
    await open("/connections?q=meera");
    await tabTo('nav.tabs a[href="/connections?status=active"]');
    await tabTo("#q");
    await tabTo('.tools select[name="app"]');
    await tabTo(`a[href="/connections/${week.id}"]`);
  });

  it("follow by themselves when somebody falls, and keep what is open", async () => {
    const { id } = await connected(world, { tenant: "acme", broker: "ventura" }, "ravi");
    const list = await context.newPage();
    await list.goto(`${world.url}/connections?q=ravi`);
    await open(`/connections/${id}`);
    await page.getByText("The same as a table").click();
    const row = await world.store.connections.get("acme", id);
    if (!row) throw new Error("There is no such connection.");
    await needLogin(world.ports, row, "broker_ended");
    for (const one of [page, list]) await one.locator(".status.is-login_needed").first().waitFor();
    expect(await page.locator("#stands").textContent()).toContain("Log in again. broker_ended");
    expect(await page.locator("#sessions details").getAttribute("open")).not.toBeNull();
    expect(await list.locator("#statuses").textContent()).toContain("Login needed 1");
    expect(at()).toBe(`/connections/${id}`);
  });
});
