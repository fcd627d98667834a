import { createServer } from "node:http";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openChromium } from "../support/chromium.js";
import { openSession } from "../support/open-session.js";
import { type Rig, rig, start } from "../support/rig.js";

let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  browser = await openChromium();
}, 60_000);
afterAll(() => browser.close());
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
});
afterEach(() => context.close());

/** A sandbox whose clock ticks, from six in the evening in India. */
async function ticking(): Promise<Rig> {
  const made = await rig({ now: Date.now });
  await made.post("/_sandbox/clock", { now: start });
  return made;
}

const nuvamaRow = () => page.locator("#live-ends li", { hasText: "Nuvama" });

describe("the control panel in a browser", { timeout: 60_000 }, () => {
  it("jumps to one second before 00:30, over which Nuvama's session falls before one's eyes", async () => {
    const made = await ticking();
    const call = await openSession(made, "nuvama");
    await page.goto(`${made.origin}/_sandbox/`);
    expect(await nuvamaRow().textContent()).toContain("2 live");
    expect(await call()).toBe(true);
    await page.getByRole("button", { name: "00:29:59 IST" }).click();
    expect(await page.locator("[role=status]").textContent()).toBe("The clock is set.");
    await page.waitForFunction(() =>
      [...document.querySelectorAll("#live-ends li")].some((row) =>
        /Nuvama.*1 live/s.test(row.textContent ?? ""),
      ),
    );
    expect(await page.locator("[data-clock='Asia/Kolkata']").textContent()).toMatch(/^00:30:/);
    expect(await call()).toBe(false);
    await page.goto(`${made.origin}/_sandbox/panel/sessions?broker=nuvama`);
    expect(await page.locator("li", { hasText: "80126245" }).textContent()).toMatch(
      /over.*ended Sun 22 Nov, 00:30:00: the daily end at 00:30 India time/s,
    );
  });

  it("does the same without a script, one press after the other", async () => {
    const made = await rig();
    await context.close();
    context = await browser.newContext({ javaScriptEnabled: false });
    page = await context.newPage();
    const call = await openSession(made, "nuvama");
    await page.goto(`${made.origin}/_sandbox/`);
    await page.getByRole("button", { name: "00:29:59 IST" }).click();
    expect(await nuvamaRow().textContent()).toContain("in 1 s");
    expect(await call()).toBe(true);
    await page.getByRole("button", { name: "+1 min" }).click();
    expect(await nuvamaRow().textContent()).toContain("1 live");
    // That call was the last activity, half past midnight the end.
    expect(await call()).toBe(false);
  });

  it("follows what a program sets, and keeps what is typed, what is open and the focus", async () => {
    const made = await ticking();
    await page.goto(`${made.origin}/_sandbox/panel/faults`);
    await page.locator("summary").click();
    await page.fill("#field", "half a wor");
    await made.post("/_sandbox/faults", { broker: "zebu", fault: "echo" });
    await page.locator("#live-set", { hasText: "echo" }).waitFor();
    expect(await page.locator("#field:focus").inputValue()).toBe("half a wor");
    expect(await page.locator("details[open]").count()).toBe(1);
  });

  it("gives the focus back to a button that came anew", async () => {
    const made = await ticking();
    await openSession(made, "zebu");
    await page.goto(`${made.origin}/_sandbox/panel/sessions`);
    await page.locator("#end-all-zebu").focus();
    await openSession(made, "zebu");
    await page.waitForFunction(() => document.querySelectorAll("#live-zebu li").length === 2);
    expect(await page.locator("#end-all-zebu:focus").count()).toBe(1);
  });

  it("shows on its clocks what a program does to the clock", async () => {
    const made = await ticking();
    await page.goto(`${made.origin}/_sandbox/`);
    await made.post("/_sandbox/clock", { now: "2026-12-24T12:00:00+05:30", frozen: true });
    await page.locator("#live-clock", { hasText: "Frozen" }).waitFor();
    expect(await page.locator("[data-clock='Asia/Kolkata']").textContent()).toBe("12:00:00");
    expect(await page.locator("[data-day='Asia/Kolkata']").textContent()).toBe("Thu 24 Dec 2026");
    expect(await page.locator("#live-hands").getAttribute("value")).toBe("run");
  });

  it("shows what is hostile as text when it comes by itself, too", async () => {
    const made = await ticking();
    await page.goto(`${made.origin}/_sandbox/panel/ledger`);
    const uid = '<img src=x onerror="document.title=1">';
    await made.send("POST", "/zebu/NorenWClientAPI/GetQuotes", { uid });
    await page.locator(".sequence li").first().waitFor();
    await page.locator(".sequence a").first().click();
    expect(await page.locator("pre", { hasText: "onerror" }).count()).toBe(1);
    expect(await page.locator("img").count()).toBe(0);
  });
});

describe("another site's page", { timeout: 60_000 }, () => {
  it("moves no clock by a form, while the panel's own form does, under a name without https too", async () => {
    const made = await rig({ hosts: ["sandbox.test"] });
    const evil = createServer((_, answer) => {
      answer.setHeader("content-type", "text/html");
      answer.end(
        `<form method="post" action="http://sandbox.test:${made.port}/_sandbox/panel/clock"><button name="jump" value="plus-1h">x</button></form>`,
      );
    });
    await new Promise<void>((done) => evil.listen(0, "127.0.0.1", done));
    const address = evil.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const mode = async () => (await made.get("/_sandbox/clock")).body.mode;
    try {
      await page.goto(`http://evil.test:${port}/`);
      await page.locator("button").click();
      expect(await page.locator("h1").textContent()).toBe("This form was refused");
      expect(await mode()).toBe("follow");
      await page.goto(`http://sandbox.test:${made.port}/_sandbox/`);
      await page.getByRole("button", { name: "+1 h" }).click();
      expect(await page.locator("[role=status]").textContent()).toBe("The clock is set.");
      expect(await mode()).toBe("offset");
      await page.goto(`http://sandbox.test:${made.port}/autoshares/portal`);
      await page.fill("#name", "Mine");
      await page.locator("main button").first().click();
      expect(await page.locator("[role=status]").textContent()).toContain("is registered");
    } finally {
      evil.closeAllConnections();
      await new Promise((done) => evil.close(done));
    }
  });
});
