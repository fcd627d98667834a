import { createServer, type Server } from "node:http";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openChromium } from "../support/chromium.js";
import { type Rig, rig, start } from "../support/rig.js";

let browser: Browser;
let app: Server;
let callback: string;
beforeAll(async () => {
  browser = await openChromium();
  app = createServer((_, answer) =>
    answer.setHeader("content-type", "text/html").end("<h1>Back at the app</h1>"),
  );
  await new Promise<void>((done) => app.listen(0, "127.0.0.1", done));
  const address = app.address();
  callback = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}, 60_000);
afterAll(async () => {
  await browser.close();
  app.closeAllConnections();
  await new Promise((done) => app.close(done));
});

/** Presses the tabulator until the focus is on what the selector finds, as somebody without a mouse does. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press("Tab");
    if (await page.locator(`${selector}:focus`).count()) return;
  }
  throw new Error(`The focus never came to ${selector}.`);
}

const enter = (page: Page): Promise<unknown> =>
  Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);

async function pageOf(use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  try {
    await use(await context.newPage());
  } finally {
    await context.close();
  }
}

async function loginUrl(made: Rig, id: string): Promise<string> {
  const { app } = (await made.presets())[id]!;
  const { vendor, pwd, api_key, app_key, client_id, appcode } = app as Record<string, string>;
  const vendorPath = `/nuvama/edelmw-login/login/accounts/loginvendor/${vendor}`;
  const msg = id === "nuvama" ? String((await made.post(vendorPath, { pwd })).body.msg) : "";
  const urls: Record<string, string> = {
    ventura: `/ventura/auth/v1/login?app_key=${app_key}&state=s`,
    nuvama: `/nuvama/login?ordsrc=${api_key}&ordsrctkn=${msg}`,
    zebu: `/zebu/OAuthlogin/authorize/oauth?client_id=${client_id}`,
    rmoney: `/rmoney/?appcode=${appcode}`,
  };
  return made.origin + urls[id];
}

const brought = {
  ventura: "request_token",
  nuvama: "encrTkn",
  zebu: "code",
  rmoney: "authCode",
} as const;

describe("by keyboard alone", { timeout: 60_000 }, () => {
  for (const [id, parameter] of Object.entries(brought)) {
    it(`somebody logs in at ${id} with what the page says, and comes back to the app`, async () => {
      const made = await rig({ urls: { cli: callback } });
      await pageOf(async (page) => {
        await page.goto(await loginUrl(made, id));
        for (const field of ["username", "password", "otp"]) {
          const hint = await page.locator(`#${field}-hint code`).textContent();
          await tabTo(page, `#${field}`);
          await page.keyboard.type(hint ?? "");
        }
        await enter(page);
        if (await page.locator("[name=consent]").count()) {
          await tabTo(page, "[name=consent][value=yes]");
          await enter(page);
        }
        expect(await page.locator("h1").textContent()).toBe("Back at the app");
        const back = new URL(page.url());
        expect(back.origin + back.pathname).toBe(`${callback}/callback/${id}`);
        expect(back.searchParams.get(parameter)).toBeTruthy();
      });
    });
  }

  it("somebody registers an app at AutoShares, which has no login page", async () => {
    const made = await rig();
    await pageOf(async (page) => {
      await page.goto(`${made.origin}/autoshares/portal`);
      await tabTo(page, "#name");
      await page.keyboard.type("Mine");
      await enter(page);
      expect(await page.locator("[role=status]").textContent()).toContain("“Mine” is registered");
    });
  });

  it("somebody skips to the content, jumps the clock, types a moment and sets a fault", async () => {
    const made = await rig();
    await pageOf(async (page) => {
      await page.goto(`${made.origin}/_sandbox/`);
      await page.keyboard.press("Tab");
      expect(await page.locator(":focus").textContent()).toBe("Skip to the content");
      await page.keyboard.press("Enter");
      await tabTo(page, "[value=plus-8h]");
      await enter(page);
      expect((await made.get("/_sandbox/clock")).body.now).toBe(start + 8 * 3_600_000);
      await tabTo(page, "#at");
      await page.keyboard.type("11232026");
      await page.keyboard.press("Tab");
      await page.keyboard.type("120000AM");
      await enter(page);
      expect((await made.get("/_sandbox/clock")).body.india).toBe("2026-11-23T00:00:00.000+05:30");
      await page.goto(`${made.origin}/_sandbox/panel/faults`);
      await tabTo(page, "#fault");
      await page.keyboard.type("not-json");
      await tabTo(page, "button.wide");
      await enter(page);
      expect((await made.get("/_sandbox/faults")).body.set).toMatchObject([
        { broker: "ventura", path: null, fault: "not-json", times: 1 },
      ]);
    });
  });
});
