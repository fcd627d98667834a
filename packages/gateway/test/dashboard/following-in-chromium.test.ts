import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { addWebhook } from "../../src/flows/webhooks.js";
import { openChromium } from "../browser/support/chromium.js";
import { type DemoGateway, openDemo } from "../browser/support/demo-gateway.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { startReceiver } from "../webhooks/support/receiver.js";

let browser: Browser;
let world: TestWorld;
let gateway: DemoGateway;
let context: BrowserContext;
let page: Page;
let tenant: string;
// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  browser = await openChromium();
  world = await newWorld(await databases[0][1]());
  gateway = await openDemo(world);
  tenant = (await gateway.ports.store.waysIn.operator("operator"))?.tenant ?? "";
  context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
}, 60_000);
afterAll(async () => {
  vi.resetConfig();
  await gateway.close();
  await world.close();
  await browser.close();
});

const notice = () => page.locator("#stands-still");

it("shows what became of a test of a webhook, without anybody's doing", async () => {
  const receiver = await startReceiver();
  const { webhook } = await addWebhook(gateway.ports, tenant, { url: receiver.url }, null);
  await page.goto(`${gateway.url}/webhooks/${webhook.id}`);
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.locator("#sent .badge", { hasText: "On its way" }).waitFor();
  await gateway.deliver();
  await page.locator("#sent .badge.good").first().waitFor();
  expect(await page.locator("[data-waits]").count()).toBe(0);
  await receiver.close();
});

it("says that a page stands still after the second failed look, and takes that back when it follows again", async () => {
  await page.goto(`${gateway.url}/settings`);
  expect(await notice().isHidden()).toBe(true);
  let looks = 0;
  const fail = "**/settings";
  await page.route(fail, (route) => {
    looks++;
    return looks === 1 ? route.abort() : route.fulfill({ status: 502, body: "" });
  });
  await gateway.ports.store.changes.announce({ tenant, kind: "operator", id: "x" });
  await vi.waitFor(() => expect(looks).toBe(1), 10_000);
  expect(await notice().isHidden()).toBe(true);
  await notice().waitFor({ state: "visible" });
  expect(looks).toBe(2);
  expect(await notice().textContent()).toMatch(
    /^Not connected to the gateway: this page stands still since \d\d:\d\d UTC\.$/,
  );
  await page.unroute(fail);
  await notice().waitFor({ state: "hidden" });
});

it("says so soon after the gateway has stopped", async () => {
  await page.goto(`${gateway.url}/settings`);
  await page.waitForLoadState("networkidle").catch(() => undefined);
  await gateway.server.close();
  await notice().waitFor({ state: "visible", timeout: 15_000 });
});
