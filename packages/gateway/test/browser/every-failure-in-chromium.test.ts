import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { failureCodes, failureOf } from "../../src/http/pages/failures.js";
import { wrongOn } from "../dashboard/support/page-checks.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { openChromium } from "./support/chromium.js";
import { openThreeSites, type ThreeSites } from "./support/three-sites.js";

let browser: Browser;
let world: TestWorld;
let sites: ThreeSites;
let context: BrowserContext;
let page: Page;
let link: string;
let broker: string;
// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  browser = await openChromium();
  world = await newWorld(await databases[0][1]());
  sites = await openThreeSites(world);
  context = await browser.newContext({ colorScheme: "light" });
  page = await context.newPage();
  link = await sites.link("zebu");
  broker = sites.ports.brokers.traits.zebu.name;
}, 60_000);
afterAll(async () => {
  vi.resetConfig();
  await sites.close();
  await world.close();
  await browser.close();
});

/** What somebody is told to do, or that there is nothing to be done. */
const instruction =
  /\b(?:[Bb]egin|[Tt]ry|[Tt]ype|[Tt]ake|[Tt]ell|[Aa]llow|[Gg]o back|Log in|Log out|Open|Wait|Look)\b/;
/** Codes whose sentence asks for nothing, and why. */
const nothingToDo: Partial<Record<(typeof failureCodes)[number], string>> = {
  login_superseded: "The later login goes on in its own tab.",
  login_cancelled: "Who turned back wanted to.",
};

describe("the page of a link after each failure", () => {
  it.each(failureCodes)("%s: says what happened and what to do, and leads on", async (code) => {
    const { heading, next, again } = failureOf(code, broker);
    await page.goto(`${link}?said=${code}`);
    const told = page.locator("main [role=alert]");
    expect((await told.textContent())?.trim()).toBe(again ? `${heading}. ${next}` : next);
    if (again) expect(await page.locator("h1").textContent()).toMatch(/^Connect /);
    else expect(await page.locator("h1").textContent()).toBe(heading);
    expect(await told.isVisible()).toBe(true);
    if (code in nothingToDo) expect(next).not.toMatch(instruction);
    else expect(next).toMatch(instruction);
    expect(await wrongOn(page)).toEqual([]);
    // The app is told what happened, whatever is to be done.
    const back = page.getByRole("link", { name: /^Back to / });
    const to = new URL((await back.getAttribute("href")) ?? "");
    expect(to.href.replace(to.search, "")).toBe(sites.returnUrl);
    expect(to.searchParams.get("error")).toBe(code);
    // What can be tried again is tried from here.
    const on = page.locator("main form[method=post] button");
    expect(await on.count()).toBe(again ? 1 : 0);
  });

  it("leads back to the app where nothing can be tried again, and to the broker where it can", async () => {
    await page.goto(`${link}?said=app_unusable`);
    await page.getByRole("link", { name: /^Back to / }).click();
    expect(await page.locator("h1").textContent()).toBe("The app");
    expect(sites.came.at(-1)?.searchParams.get("error")).toBe("app_unusable");
    await page.goto(`${link}?said=login_denied`);
    await page.getByRole("button", { name: /^Go to / }).click();
    await page.waitForURL(`${sites.brokers}/zebu/**`);
  });

  it("leads nowhere from a link that is none: nobody knows whose app it would be", async () => {
    await page.goto(`${sites.gateway}/connect/nothing`);
    const { heading, next } = failureOf("link_invalid");
    expect(await page.locator("h1").textContent()).toBe(heading);
    expect(await page.locator("main [role=alert]").textContent()).toBe(next);
    expect(await wrongOn(page)).toEqual([]);
    expect(await page.locator("main :is(a, button)").count()).toBe(0);
  });
});
