import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openChromium } from "../support/chromium.js";
import { everyPage, fill } from "../support/every-page.js";
import { type Rig, rig } from "../support/rig.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds wrong on the page, in words. */
async function wrongOn(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as {
    violations: Violation[];
  };
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`,
  );
}

let browser: Browser;
let made: Rig;
beforeAll(async () => {
  browser = await openChromium();
}, 60_000);
afterAll(() => browser.close());
beforeEach(async () => {
  made = await rig();
  await fill(made);
});

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((context) => context.close()));
});
async function newPage(options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  open.push(context);
  return context.newPage();
}

/** Goes to each page and looks at it there; what was found, by the page's name. */
async function onEveryPage<Found>(
  options: BrowserContextOptions,
  look: (page: Page) => Promise<Found>,
  begin: (page: Page) => void = () => {},
) {
  const page = await newPage(options);
  begin(page);
  const found: Record<string, Found> = {};
  for (const [name, goTo] of Object.entries(everyPage)) {
    await goTo(page, made.origin);
    found[name] = await look(page);
  }
  return found;
}

const names = Object.keys(everyPage);
const each = <Found>(value: Found) => Object.fromEntries(names.map((name) => [name, value]));

describe("every page of the sandbox", { timeout: 150_000 }, () => {
  it("finds axe's faults where there are some", async () => {
    const page = await newPage({});
    await page.setContent('<html lang="en"><title>x</title><main><h1>x</h1><input></main>');
    expect((await wrongOn(page)).join()).toMatch(/^label: <input>/);
  });

  it("has no violation that axe finds, and asks no other origin for anything", async () => {
    const asked = new Set<string>();
    const complaints: string[] = [];
    const listen = (page: Page): void => {
      page.on("request", (request) => asked.add(new URL(request.url()).origin));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
    };
    expect(await onEveryPage({ colorScheme: "light" }, wrongOn, listen)).toEqual(each([]));
    expect([...asked]).toEqual([made.origin]);
    // A page that refuses has its status told; a broken rule of the page's own would be another complaint.
    expect(complaints.filter((text) => !/status of 40[014]/.test(text))).toEqual([]);
  });

  it("is as good in the dark on a phone, has one h1, and scrolls nowhere sideways", async () => {
    const look = async (page: Page) => ({
      headings: await page.locator("h1").count(),
      fits: await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
      wrong: await wrongOn(page),
    });
    const phone = { colorScheme: "dark", viewport: { width: 360, height: 640 } } as const;
    expect(await onEveryPage(phone, look)).toEqual(each({ headings: 1, fits: true, wrong: [] }));
  });
});
