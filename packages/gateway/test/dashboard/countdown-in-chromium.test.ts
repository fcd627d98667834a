import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { openChromium } from "../browser/support/chromium.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { addConnection } from "./support/sessions.js";
import { cookieName, signedIn } from "./support/signed-in.js";

const second = 1_000;
const hour = 3_600 * second;
let browser: Browser;
let world: ApiWorld;
let context: BrowserContext;
let page: Page;
// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 90_000 });
beforeAll(async () => {
  browser = await openChromium();
  world = await newApiWorld(await databases[0][1]());
  await world.addTenant("acme");
  const now = world.now();
  await addConnection(world, "acme", {
    id: "soon",
    broker: "zebu",
    session: { endsAt: now + 65 * second },
  });
  await addConnection(world, "acme", {
    id: "late",
    broker: "nuvama",
    session: { endsAt: now + 2 * hour },
  });
}, 60_000);
afterAll(async () => {
  vi.resetConfig();
  await world.close();
  await browser.close();
});
beforeEach(async () => {
  const { cookie } = await signedIn(world, "acme");
  context = await browser.newContext();
  await context.addCookies([{ name: cookieName, value: cookie, url: world.url }]);
  page = await context.newPage();
});

const left = (id: string) => page.locator(`tr:has(a[href="/connections/${id}"]) time[data-ends]`).first();

it("counts down by itself, by the gateway's clock, whatever the browser's says", async () => {
  // This browser's clock is a year behind, and goes on by hand alone.
  const its = world.now() - 365 * 24 * hour;
  await page.clock.install({ time: its });
  await page.clock.pauseAt(its + second);
  await page.goto(`${world.url}/connections`);
  const shown = async () => [await left("soon").textContent(), await left("late").textContent()];
  expect(await shown()).toEqual(["1 min 5 s", "2 h 0 min"]);
  for (const [seconds, soon] of [
    [1, "1 min 4 s"],
    [4, "1 min 0 s"],
    [1, "59 s"],
    [20, "39 s"],
  ] as const) {
    world.advance(seconds * second);
    await page.clock.runFor(seconds * second);
    expect(await shown()).toEqual([soon, "1 h 59 min"]);
  }
  await context.close();
});
