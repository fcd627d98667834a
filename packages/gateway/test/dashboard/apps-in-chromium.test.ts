import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { recordEvent } from "../../src/flows/record-event.js";
import { addWebhook } from "../../src/flows/webhooks.js";
import { openChromium } from "../browser/support/chromium.js";
import { connected } from "../connect/support/logins.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { allBrokers } from "../support/world.js";
import { cookieName, signedIn } from "./support/signed-in.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let world: ApiWorld;
let context: BrowserContext;
let page: Page;
let foreign: string[];
let tenants = 0;
let tenant: string;
// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });
beforeAll(async () => {
  browser = await openChromium();
  world = await newApiWorld(await databases[0][1]());
});
afterAll(async () => {
  vi.resetConfig();
  await browser.close();
  await world.close();
});
beforeEach(async () => {
  tenant = `t${tenants++}`;
  await world.addTenant(tenant, allBrokers);
  const { cookie } = await signedIn(world, tenant);
  context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  await context.addCookies([{ name: cookieName, value: cookie, url: world.url }]);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  page = await context.newPage();
  foreign = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(world.url)) foreign.push(request.url());
  });
  page.on("pageerror", (error) => foreign.push(String(error)));
  page.on("console", (line) => {
    // A form that is refused is told by its status.
    if (line.type() === "error" && !/status of 422/.test(line.text())) foreign.push(line.text());
  });
});
afterEach(async () => {
  expect(foreign).toEqual([]);
  await context.close();
});

const open = (path: string) => page.goto(`${world.url}${path}`);
const at = () => page.url().slice(world.url.length);
const button = (name: string) => page.getByRole("button", { name, exact: true });

/** Goes on with the tabulator until something of this name has the focus. */
async function tabTo(name: RegExp): Promise<void> {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const focus = document.activeElement as HTMLInputElement | null;
      return focus?.labels?.[0]?.textContent ?? focus?.textContent ?? "";
    });
    if (name.test(here.trim())) return;
  }
  throw new Error(`Nothing called ${name} has the focus.`);
}
const type = async (name: RegExp, text: string) => {
  await tabTo(name);
  await page.keyboard.type(text);
};
const press = async (name: RegExp, to: string | ((url: URL) => boolean)) => {
  await tabTo(name);
  await Promise.all([page.waitForURL(to), page.keyboard.press("Enter")]);
};

describe("apps and webhooks in a real browser", () => {
  it("lets a person add an app by the keyboard alone, copy its callback URL and check it", async () => {
    await open("/apps");
    await press(/^Add an app$/, "**/apps/new");
    await press(/^Zebu MYNT$/, "**/apps/new?broker=zebu");
    await type(/^Client ID/, "ABC");
    await type(/^Secret key/, "123");
    await tabTo(/^Id$/);
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe("");
    await page.keyboard.type("my app");
    await type(/^Return URLs$/, "https://app.example/back");
    await press(/^Add the app$/, "**/apps/new");
    await page.locator(".wrong").waitFor();
    const id = page.getByLabel("Id", { exact: true });
    expect(await id.evaluate((one) => one === document.activeElement)).toBe(true);
    expect(await id.inputValue()).toBe("my app");
    expect([
      await page.getByLabel("Client ID").inputValue(),
      await page.getByLabel("Secret key").inputValue(),
    ]).toEqual(["ABC", ""]);
    await id.fill("my-app");
    await page.getByLabel("Environment").selectOption("sandbox");
    await page.getByLabel("Secret key").fill("123");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/apps/my-app?said=added");
    await tabTo(/^Copy$/);
    await page.keyboard.press("Enter");
    await button("Copied").waitFor();
    const { handle } = (await world.store.apps.get(tenant, "my-app"))!;
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `${world.ports.publicUrl}/callback/zebu/${handle}`,
    );
    await press(/^Check this app$/, "**/apps/my-app/check#check");
    expect(at()).toBe("/apps/my-app/check#check");
    expect(await page.locator(".findings li").count()).toBeGreaterThan(5);
    expect(await page.locator("#check [role=status]").textContent()).toContain("Nothing is wrong");
  });

  it("lets a person give an app its logo, which its page shows at once", async () => {
    const data =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
    await open("/apps/zebu");
    const file = { name: "mark.png", mimeType: "image/png", buffer: Buffer.from(data, "base64") };
    await page.getByLabel("Logo", { exact: true }).setInputFiles(file);
    await press(/^Save the logo$/, "**/apps/zebu?said=logo");
    const shown = page.locator(".look-whose img").first();
    expect(await shown.evaluate((one) => (one as HTMLImageElement).naturalWidth)).toBe(1);
    await page.getByLabel("Take the logo away").check();
    await page.locator("#look").getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForURL("**/apps/zebu?said=look");
    expect(await page.locator(".look-whose img").count()).toBe(0);
  });

  it("asks before it ends every session of an app", async () => {
    const { id } = await connected(world, { tenant, broker: "nuvama" });
    await open("/apps/nuvama");
    expect(await button("Log out, and end every session").isVisible()).toBe(false);
    await page.getByText("Log it out").click();
    await button("Log out, and end every session").click();
    await page.waitForURL("**/apps/nuvama?said=vendor");
    expect(await world.store.connections.get(tenant, id)).toMatchObject({ status: "login_needed" });
  });

  it("adds a webhook, gives its secret away once, follows its deliveries, and ends it where that is meant", async () => {
    await open("/webhooks");
    await page.getByLabel("Address").fill("https://app.example/kunji");
    await page.getByText("Which events: all").click();
    await page.getByLabel("A login failed").check();
    await button("Add the webhook").click();
    const secret = (await page.locator("#once").textContent()) ?? "";
    await button("Copy").click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
    await button("Send a test").click();
    await page.getByText("A test of this webhook").waitFor();
    expect(await page.content()).not.toContain(secret);
    const { id } = await connected(world, { tenant, broker: "zebu" });
    await world.store.transaction(async (parts) => {
      await parts.changes.announce({ tenant, kind: "connection", id });
      const data = { reason: "login_denied" };
      await recordEvent(parts, world.ports, tenant, {
        type: "connection.login_failed",
        connection: id,
        data,
      });
    });
    await page.locator(".deliveries").getByText("A login failed").waitFor();
    expect(await page.locator(".deliveries tbody tr").count()).toBe(2);
    await page.getByText("End this webhook").click();
    await button("End it for good").click();
    await page.waitForURL("**/webhooks?said=ended");
    expect(await page.getByText("No webhook yet").isVisible()).toBe(true);
  });

  it.each(["light", "dark"] as const)(
    "has no flaw of accessibility that axe finds, %s, fits a phone and is small",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      const { id } = await connected(world, { tenant, broker: "nuvama" });
      const hook = (await addWebhook(world.ports, tenant, { url: "https://app.example/a" }, null)).webhook.id;
      const paused = (await addWebhook(world.ports, tenant, { url: "https://app.example/b" }, null)).webhook
        .id;
      await world.store.transaction((parts) =>
        recordEvent(parts, world.ports, tenant, {
          type: "connection.login_failed",
          connection: id,
          data: { reason: "keys_refused" },
        }),
      );
      await world.store.webhooks.pause(tenant, paused, 0, world.now());
      const paths = ["/apps", "/apps/new", "/apps/new?broker=nuvama", "/apps/nuvama", "/webhooks"];
      for (const path of [...paths, `/webhooks/${hook}`, `/webhooks/${paused}`]) {
        await open(path);
        await page.evaluate(() => {
          for (const details of document.querySelectorAll("details")) details.open = true;
        });
        await look();
        await small();
      }
      await open("/apps/nuvama");
      await button("Check this app").click();
      await page.locator(".findings .bad").first().waitFor();
      await look();
      await small();
      await open("/apps/new?broker=zebu");
      await page.getByLabel("Client ID").fill("ABC");
      await page.getByLabel("Secret key").fill("123");
      await page.getByLabel("Id", { exact: true }).fill("x");
      await page.getByLabel("Return URLs").fill("http://elsewhere.example/");
      await button("Add the app").click();
      await page.locator(".wrong").waitFor();
      await look();
      await small();
    },
  );
});

/** The page fits its window, and all that it loads is small. */
async function small(): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect([at(), overflow]).toEqual([at(), 0]);
  const loaded = await page.evaluate(() =>
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce(
      (sum, entry) => sum + (entry as PerformanceResourceTiming).decodedBodySize,
      0,
    ),
  );
  expect(loaded).toBeGreaterThan(5_000);
  expect([at(), loaded < 50_000 || loaded]).toEqual([at(), true]);
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
}
