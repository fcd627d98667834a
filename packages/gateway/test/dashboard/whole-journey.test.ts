import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandbox, type Sandbox } from "@kunji/sandbox";
import type { BrokerId } from "kunji";
import { brokers } from "kunji";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { freePort } from "../../src/free-port.js";
import { type Gateway, openGateway } from "../../src/gateway.js";
import { readSettings } from "../../src/settings.js";
import { openChromium } from "../browser/support/chromium.js";
import { allBrokers } from "../support/world.js";
import { watch } from "./support/page-checks.js";

/** Friday evening in India, ten minutes before midnight: what a session of an hour's idleness lives through is past 00:30. */
const began = Date.parse("2026-11-20T18:20:00Z");
const start = performance.now();
/** A clock on the wall of the test's own, which goes on. */
const wall = () => began + Math.floor(performance.now() - start);

let browser: Browser;
let sandbox: Sandbox;
let gateway: Gateway;
let data: string;
let sandboxUrl: string;
let page: Page;

interface Journey {
  logIn(page: Page): Promise<void>;
}

// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });
beforeAll(async () => {
  browser = await openChromium();
  data = await mkdtemp(join(tmpdir(), "kunji-journey-"));
  const port = await freePort("127.0.0.1");
  sandbox = createSandbox({ now: wall, urls: { gateway: `http://127.0.0.1:${port}` } });
  const { origin } = await sandbox.listen({ host: "127.0.0.1", port: 0 });
  // Another site than the gateway's, as a broker is.
  sandboxUrl = origin.replace("127.0.0.1", "localhost");
  gateway = await openGateway({
    settings: readSettings({
      KUNJI_PORT: String(port),
      KUNJI_DATA: data,
      KUNJI_DEMO: "on",
      KUNJI_SANDBOX_URL: sandboxUrl,
      KUNJI_LOG_LEVEL: "silent",
    }),
    version: "0.0.0",
    wall,
  });
  page = await (await browser.newContext()).newPage();
});
afterAll(async () => {
  vi.resetConfig();
  await browser.close();
  await gateway.close();
  await sandbox.close();
  await rm(data, { recursive: true, force: true });
});

const nameOf = (broker: BrokerId): string => brokers[broker].traits.name;
const card = (broker: BrokerId) => page.locator(`.connect-cards button[value=${broker}]`);

/** What a forwarded read is answered, by the connection that the address names. */
async function called(id: string, broker: BrokerId): Promise<{ status: number; from: string | null }> {
  const { method, path, body, account: stands } = brokers[broker].traits.firstCall;
  const headers = { authorization: `Bearer ${gateway.apiKey?.reveal()}` };
  const shown = await (await fetch(`${gateway.url}/v1/connections/${id}`, { headers })).json();
  const own = (text: string) => (stands ? text.replaceAll(stands, shown.account) : text);
  const answer = await fetch(`${gateway.url}/v1/connections/${id}/proxy${own(path)}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: own(body) }),
  });
  return { status: answer.status, from: answer.headers.get("kunji-answer-from") };
}

it("lets a stranger connect all five brokers, see the day, move the clock past 00:30, see Nuvama fall, and mend it with one click", async () => {
  const { logIn }: Journey = await import(
    new URL("../../../../scripts/pages/connect-all.mjs", import.meta.url).href
  );
  const { complaints } = watch(page);

  // Opens the printed page, and connects at one broker after the other.
  await page.goto(`${gateway.url}/`);
  const ids = new Map<BrokerId, string>();
  for (const broker of allBrokers) {
    await card(broker).click();
    await logIn(page);
    await page.waitForURL(/\/connections\/con_\w+/);
    expect(await page.locator("main .said.good").textContent()).toBeTruthy();
    ids.set(broker, /con_\w+/.exec(page.url())?.[0] ?? "");
    await page.getByRole("link", { name: "Overview" }).first().click();
    await page.waitForURL(`${gateway.url}/`);
  }
  const nuvama = ids.get("nuvama") ?? "";

  // Sees the picture of the day, with a bar for each.
  await page.getByRole("navigation").getByRole("link", { name: "Readiness" }).click();
  await page.waitForURL("**/readiness");
  expect(await page.locator("svg.day-svg rect.run.lives").count()).toBe(5);
  await page.getByRole("navigation").getByRole("link", { name: "Overview" }).click();
  const needed = page.locator("section", { has: page.getByRole("heading", { name: "They must log in" }) });
  expect(await needed.count()).toBe(0);
  await page.evaluate(() => {
    document.body.dataset.still = "here";
  });

  // Opens the sandbox's control panel by its link, and moves the clock there.
  const panel = await page.context().newPage();
  const link = page.getByRole("link", { name: /control panel/ });
  await panel.goto((await link.getAttribute("href")) ?? "");
  await panel.locator("main button", { hasText: /00:29:59 IST.*Nuvama.*ends/s }).click();
  await panel.getByText("The clock is set.").waitFor();
  await panel.getByRole("button", { name: "+1 min" }).click();
  // It stays open: a page that is closed before its form is answered may take the form along, or never close.

  // The dashboard tells of it where it stands, without being loaded again.
  const fallen = needed.locator("li", { hasText: nameOf("nuvama") });
  await fallen.waitFor({ timeout: 30_000 });
  expect(await page.evaluate(() => document.body.dataset.still)).toBe("here");
  expect(await called(nuvama, "nuvama")).toEqual({ status: 409, from: "gateway" });

  // One click there, one at the sandbox's ready user, and it is in again.
  await fallen.getByRole("button", { name: /^Log in again/ }).click();
  await logIn(page);
  await page.waitForURL(new RegExp(`/connections/${nuvama}`));
  expect(await page.locator("main .status").first().textContent()).toContain("Active");
  for (const broker of allBrokers)
    expect([broker, await called(ids.get(broker) ?? "", broker)]).toEqual([
      broker,
      { status: 200, from: "broker" },
    ]);
  expect(complaints).toEqual([]);
});
