import axe from "axe-core";
import type { BrokerId } from "kunji";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { confirmConnection } from "../../src/flows/confirm-connection.js";
import { databases } from "../support/databases.js";
import { allBrokers, newWorld, type TestWorld } from "../support/world.js";
import { openChromium } from "./support/chromium.js";
import { logIn, userAt } from "./support/real-person.js";
import { openThreeSites, type ThreeSites, tenant } from "./support/three-sites.js";

const [[, onFile]] = databases;
let browser: Browser;
let world: TestWorld;
let sites: ThreeSites;
let context: BrowserContext;
let page: Page;
// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 90_000 });
beforeAll(async () => {
  browser = await openChromium();
  world = await newWorld(await onFile());
  sites = await openThreeSites(world);
}, 60_000);
afterAll(async () => {
  vi.resetConfig();
  await sites.close();
  await world.close();
  await browser.close();
});
beforeEach(async () => {
  context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  page = await context.newPage();
});
afterEach(() => context.close());

const nameOf = (broker: BrokerId) => sites.ports.brokers.traits[broker].name;
const heading = () => page.locator("h1").textContent();
const backAtApp = () => page.waitForURL(/^http:\/\/app\.localhost:\d+\/back/);
const cameBack = () => sites.came.at(-1)?.searchParams ?? new URLSearchParams();

/** Redeems the code that the browser has brought to the app, as the tenant's server does. */
async function confirmed() {
  const { connection = "", code = "" } = Object.fromEntries(cameBack());
  return confirmConnection(sites.ports, tenant, connection, { code, user: "asha" }, null);
}

/** Presses a key until something that fits has the focus, as somebody without a mouse does. */
async function tabTo(fits: string): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press("Tab");
    if ((await page.locator(`${fits}:focus`).count()) > 0) return;
  }
  throw new Error(`No key leads to ${fits}.`);
}

describe.each(allBrokers)("a person who chooses %s among all brokers", (broker) => {
  it("gets to a connection without a script, with requests to the gateway alone on its pages, each below 50 kB and no wider than a phone", async () => {
    const foreign: string[] = [];
    let bytes = 0;
    page.on("response", (answer) => {
      const from = answer.request();
      if (!from.frame().url().startsWith(sites.gateway) || from.isNavigationRequest()) return;
      if (!answer.url().startsWith(sites.gateway)) foreign.push(answer.url());
    });
    page.on("requestfinished", async (request) => {
      if (!request.url().startsWith(sites.gateway)) return;
      const { responseBodySize } = await request.sizes();
      bytes = Math.max(bytes, responseBodySize);
    });
    await page.goto(await sites.choice(allBrokers));
    expect(await heading()).toBe("Choose your broker");
    expect(await page.locator("button.offer").count()).toBe(allBrokers.length);
    await page.getByRole("button", { name: new RegExp(`^${nameOf(broker)}`) }).click();
    expect(await heading()).toMatch(new RegExp(`^Connect ${nameOf(broker)} to app\\.localhost`));
    const narrow = await page.locator("html").boundingBox();
    expect(narrow?.width).toBeLessThanOrEqual(360);
    await logIn(page, sites, broker, await userAt(world, broker));
    if (
      !sites.ports.brokers.traits[broker].echoesState &&
      sites.ports.brokers.traits[broker].login === "redirect"
    ) {
      expect(await heading()).toBe("Is this your account?");
      await page.locator("button[name=answer][value=yes]").click();
    }
    await backAtApp();
    expect(await confirmed()).toMatchObject({ broker, status: "active", user: "asha" });
    expect(foreign).toEqual([]);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(50_000);
  });
});

it("lets two choices in two tabs go their own ways, and makes nothing by being looked at", async () => {
  const link = await sites.choice(["zebu", "ventura"]);
  const count = async () => (await world.store.connections.list(tenant, {}, { limit: 200 })).items.length;
  const before = await count();
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto(link);
    await tab.reload();
  }
  expect(await count()).toBe(before);
  await page.getByRole("button", { name: /^Zebu/ }).click();
  await other.getByRole("button", { name: /^Ventura/ }).click();
  expect(await count()).toBe(before + 2);
  await logIn(other, sites, "ventura", await userAt(world, "ventura"));
  await other.waitForURL(/\/back/);
  const ventura = await confirmed();
  await logIn(page, sites, "zebu", await userAt(world, "zebu"));
  await page.locator("button[name=answer][value=yes]").click();
  await backAtApp();
  const zebu = await confirmed();
  expect([ventura, zebu]).toMatchObject([
    { broker: "ventura", status: "active" },
    { broker: "zebu", status: "active" },
  ]);
  await page.goto(link);
  await page.getByRole("button", { name: /^Zebu/ }).click();
  expect(await heading()).toBe("This link no longer works");
  expect(await count()).toBe(before + 2);
});

it("takes a person to a connection by the keyboard alone", async () => {
  await page.goto(await sites.choice(["zebu", "autoshares"]));
  await tabTo("button.offer[value=autoshares]");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#username");
  const { username, password } = await userAt(world, "autoshares");
  await tabTo("#username");
  await page.keyboard.type(username);
  await tabTo("#password");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await backAtApp();
  expect(await confirmed()).toMatchObject({ broker: "autoshares", status: "active" });
});

it("shows an app's name, logo and accent, and says what its keys may do", async () => {
  const row = await world.store.apps.get(tenant, "rmoney");
  if (!row) throw new Error("the tenant has no such app");
  const data = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  const display = { displayName: "Ledger", accent: "#7a1fa2", logo: { type: "image/png", data } } as const;
  await world.store.apps.put(tenant, { ...row, ...display, at: world.now() });
  await page.goto(await sites.link("rmoney"));
  expect(await heading()).toBe(`Connect ${nameOf("rmoney")} to Ledger`);
  const loaded = await page.request.get(
    new URL((await page.locator("header img").getAttribute("src")) ?? "", sites.gateway).href.replace(
      "kunji.localhost",
      "127.0.0.1",
    ),
    { headers: { host: new URL(sites.gateway).host } },
  );
  expect([loaded.status(), loaded.headers()["content-type"], (await loaded.body()).equals(data)]).toEqual([
    200,
    "image/png",
    true,
  ]);
  const paint = await page
    .locator("form button")
    .evaluate((button) => getComputedStyle(button).backgroundColor);
  expect(paint).toBe("rgb(122, 31, 162)");
  expect(await page.getByText("Place, change and cancel orders").count()).toBe(0);
  const key = {
    id: "key_orders",
    name: "n",
    scopes: ["proxy"],
    calls: ["read", "order"],
    hash: "h".repeat(64),
  } as const;
  await world.store.apiKeys.add(tenant, { ...key, createdAt: world.now() });
  await page.reload();
  expect(await page.getByText("Place, change and cancel orders").count()).toBe(1);
  expect(await page.getByText("Move money").count()).toBe(0);
  await world.store.apiKeys.end(tenant, key.id, world.now());
  await page.reload();
  expect(await page.getByText("Place, change and cancel orders").count()).toBe(0);
});

describe.each(["light", "dark"] as const)("in a %s room", (colorScheme) => {
  it("every page is free of what axe finds, and no wider than a phone", async () => {
    const room = await browser.newContext({ colorScheme, viewport: { width: 360, height: 740 } });
    page = await room.newPage();
    const found: string[] = [];
    const look = async (what: string) => {
      await page.evaluate(axe.source);
      const { violations, wide } = await page.evaluate(async () => {
        // biome-ignore lint/suspicious/noExplicitAny: the library puts itself there.
        const { violations } = await (globalThis as any).axe.run();
        return { violations, wide: document.documentElement.scrollWidth };
      });
      for (const { id, nodes } of violations) found.push(`${what}: ${id} ${nodes[0]?.html}`);
      if (wide > 360) found.push(`${what}: ${wide} px wide`);
    };
    await page.goto(await sites.choice(allBrokers));
    await look("the choice");
    await page.goto(await sites.link("zebu", { expectedAccount: "ZP0001" }));
    await look("the button");
    await logIn(page, sites, "zebu", await userAt(world, "zebu"));
    await look("the account");
    await page.locator("button[name=answer][value=no]").click();
    await look("what was declined");
    await page.goto(await sites.link("autoshares"));
    await look("the form");
    const second = await userAt(world, "autoshares", /verification code/);
    await logIn(page, sites, "autoshares", { ...second, password: "mistyped" });
    await look("the form again");
    await logIn(page, sites, "autoshares", second);
    await look("the code");
    await page.goto(`${sites.gateway}/connect/nothing`);
    await look("a link of nobody's");
    await room.close();
    expect(found).toEqual([]);
  });
});
