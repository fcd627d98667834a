import type { BrokerId } from "kunji";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { closeConnection } from "../../src/flows/close-connection.js";
import { confirmConnection } from "../../src/flows/confirm-connection.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { openChromium } from "./support/chromium.js";
import { logIn, typeIn, userAt } from "./support/real-person.js";
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
  context = await browser.newContext({ javaScriptEnabled: false });
  page = await context.newPage();
});
afterEach(async () => {
  await sites.mend();
  await context.close();
});

/** What the page says of a failure; it is waited for, since a slow one comes on a page of its own. */
const said = () => page.locator("[role=alert]").textContent({ timeout: 30_000 });

/** Follows the way back, and answers what the app was told. */
async function goBack(): Promise<string | null | undefined> {
  await page.getByRole("link", { name: /^Back to / }).click();
  await page.waitForURL(/\/back/);
  return sites.came.at(-1)?.searchParams.get("error");
}

/** From a new link of a broker's to the end of the login. */
async function fullLogin(broker: BrokerId, about = /./, link?: string): Promise<string> {
  const address = link ?? (await sites.link(broker));
  await page.goto(address);
  await logIn(page, sites, broker, await userAt(world, broker, about));
  return address;
}

const atBroker: readonly (readonly [BrokerId, Readonly<Record<string, unknown>>, RegExp, RegExp, string])[] =
  [
    [
      "zebu",
      {},
      /Logs in but does not authorize/,
      /^You were not logged in\..* Try again and agree there/,
      "login_denied",
    ],
    ["rmoney", {}, /API key has expired/, /tell the makers of the app/, "key_expired"],
    ["rmoney", {}, /has no API key/, /tell the makers of the app/, "key_missing"],
    ["rmoney", {}, /internal error/, /can’t be reached\..*Wait a few minutes/, "broker_unavailable"],
    [
      "ventura",
      { fault: "internal-error", times: 9 },
      /./,
      /can’t be reached\..*Wait a few minutes/,
      "broker_unavailable",
    ],
    [
      "ventura",
      { fault: "reset-before-answer", times: 9 },
      /./,
      /can’t be reached\..*Wait a few minutes/,
      "network_failed",
    ],
    [
      "ventura",
      { fault: "slow", delay: "9s", times: 9 },
      /./,
      /does not answer\..*Wait a few minutes/,
      "timed_out",
    ],
    [
      "ventura",
      { fault: "html-error-page", times: 9 },
      /./,
      /can’t be reached|something unexpected/,
      "(?:broker_unavailable|answer_unreadable)",
    ],
    [
      "ventura",
      { fault: "not-json", times: 9 },
      /./,
      /something unexpected\..*closed for maintenance/,
      "answer_unreadable",
    ],
    [
      "ventura",
      { fault: "too-many-requests", times: 9 },
      /./,
      /^Too many tries\. Wait a minute/,
      "rate_limited",
    ],
    ["ventura", { fault: "redirect-302", times: 9 }, /./, /something unexpected/, "redirect_refused"],
    [
      "ventura",
      { fault: "spent-code", times: 9 },
      /./,
      /did not confirm the login\. Log in once more/,
      "exchange_refused",
    ],
  ];

it.each(atBroker)(
  "%s %o %s: says so on the link's page, and leads back to the app with the code",
  async (broker, fault, about, sentence, code) => {
    if ("fault" in fault) {
      // The broker's own pages are no part of the exchange.
      await page.goto(await sites.link(broker));
      await page.getByRole("button", { name: /^Go to / }).click();
      await sites.fault({ broker, ...fault });
      await typeIn(page, await userAt(world, broker, about));
    } else await fullLogin(broker, about);
    if (page.url().includes("/account")) await page.locator("button[value=yes]").click();
    expect(await said()).toMatch(sentence);
    expect(page.url()).toMatch(new RegExp(`^${sites.gateway}/connect/[\\w.-]+\\?said=${code}$`));
    expect(await goBack()).toMatch(new RegExp(`^${code}$`));
  },
);

it("takes the next try of a login that failed, from the same page", async () => {
  await page.goto(await sites.link("ventura"));
  await page.getByRole("button", { name: /^Go to / }).click();
  await sites.fault({ broker: "ventura", fault: "internal-error", times: 1 });
  await typeIn(page, await userAt(world, "ventura"));
  expect(await said()).toMatch(/can’t be reached/);
  await logIn(page, sites, "ventura", await userAt(world, "ventura"));
  await page.waitForURL(/\/back\?connection=\w+&code=\w{43}$/);
});

it("refuses a reconnect with another account, says which way is right, and leaves the old session alone", async () => {
  await fullLogin("ventura");
  await page.waitForURL(/\/back/);
  const { connection = "", code = "" } = Object.fromEntries(sites.came.at(-1)?.searchParams ?? []);
  const first = await confirmConnection(sites.ports, tenant, connection, { code, user: "asha" }, null);
  const link = await sites.linkAgain(connection);
  await page.goto(link);
  expect(await page.getByText(`with the account ${first.account} and no other`).count()).toBe(1);
  await logIn(page, sites, "ventura", await userAt(world, "ventura", /one call through/));
  expect(await said()).toMatch(/^This is another account\. Log in at .* with the account that the app knows/);
  expect(await world.store.connections.get(tenant, connection)).toMatchObject({
    status: "active",
    generation: 1,
  });
  expect(await goBack()).toBe("account_mismatch");
});

it("says what is wrong at the form, and lets a right password and code in", async () => {
  await page.goto(await sites.link("autoshares"));
  const user = await userAt(world, "autoshares", /verification code/);
  await typeIn(page, { ...user, password: "mistyped" }, false);
  expect(await said()).toMatch(/does not accept this user name or password: type them again/);
  await sites.fault({ broker: "autoshares", fault: "too-many-requests", times: 1 });
  await typeIn(page, user, false);
  expect(await said()).toMatch(/asks for a pause: wait a minute/);
  await typeIn(page, user, false);
  await page.locator("[name=otp]").fill(user.totp === "000000" ? "111111" : "000000");
  await page.getByRole("button").click();
  expect(await said()).toMatch(/did not accept that: type it again/);
  await page.locator("[name=otp]").fill(user.totp);
  await page.getByRole("button").click();
  await page.waitForURL(/\/back\?connection=\w+&code=/);
});

it("says of keys that no broker takes, before any login, that only the makers can mend it", async () => {
  const link = await sites.link("nuvama");
  await page.goto(link);
  await sites.fault({ broker: "nuvama", fault: "internal-error", times: 9 });
  await page.getByRole("button", { name: /^Go to / }).click();
  expect(await said()).toMatch(/fault or is closed for maintenance/);
  await sites.mend();
  await page.getByRole("link", { name: "Try again" }).click();
  expect(page.url()).toBe(link);
  const row = await world.store.apps.get(tenant, "nuvama");
  if (!row) throw new Error("the tenant has no such app");
  await world.store.apps.put(tenant, { ...row, environment: "nowhere", at: world.now() });
  await page.getByRole("button", { name: /^Go to / }).click();
  expect(await said()).toMatch(/tell the makers of the app/);
  await world.store.apps.put(tenant, { ...row, at: world.now() });
  expect(await goBack()).toBe("app_unusable");
});

it("leads back to the app from a link that is too old, and from a connection that is closed", async () => {
  const old = await sites.link("zebu");
  world.advance(3_600_000);
  await page.goto(old);
  expect(await said()).toMatch(/ask for a new one/);
  expect(await goBack()).toBe("link_invalid");
  const link = await sites.link("zebu");
  await page.goto(link);
  const { items } = await world.store.connections.list(tenant, { status: "new" }, { limit: 200 });
  for (const { id } of items) await closeConnection(sites.ports, tenant, id, null);
  await page.getByRole("button", { name: /^Go to / }).click();
  expect(await said()).toMatch(/Go back to the app and ask for a new one/);
  expect(await goBack()).toBe("link_invalid");
});

it("says that a login is not this browser's, when it comes back in another one, twice, or too late", async () => {
  const link = await sites.link("ventura");
  await page.goto(link);
  await page.getByRole("button", { name: /^Go to / }).click();
  const other = await browser.newContext({ javaScriptEnabled: false });
  const elsewhere = await other.newPage();
  await elsewhere.goto(page.url());
  await typeIn(elsewhere, await userAt(world, "ventura"));
  expect(await elsewhere.locator("[role=alert]").textContent()).toMatch(
    /begun in another browser.*in this same browser/,
  );
  await other.close();
  world.advance(600_000);
  await typeIn(page, await userAt(world, "ventura"));
  expect(await said()).toMatch(/took longer than ten minutes/);
});

it("says so where the browser keeps no cookies, before anybody logs in, and goes on once it does", async () => {
  const link = await sites.link("ventura");
  await page.goto(link);
  await context.clearCookies();
  await page.getByRole("button", { name: /^Go to / }).click();
  expect(await said()).toMatch(/Allow cookies for this site, then try again/);
  await page.getByRole("link", { name: "Try again" }).click();
  expect(page.url()).toBe(link);
  await page.getByRole("button", { name: /^Go to / }).click();
  expect(page.url()).toMatch(/^http:\/\/localhost:/);
});

it("leads back to the app after an answer that was given twice", async () => {
  await fullLogin("rmoney");
  const twin = await context.newPage();
  await twin.goto(page.url());
  await twin.locator("button[value=yes]").click();
  await twin.waitForURL(/\/back\?connection=\w+&code=/);
  await page.locator("button[value=yes]").click();
  expect(await said()).toMatch(/It was finished already.*Go back to the app/);
  expect(await goBack()).toBe("login_unknown");
});

it("says that an app can't take the browser back, and sends it nowhere", async () => {
  const row = await world.store.apps.get(tenant, "rmoney");
  if (!row) throw new Error("the tenant has no such app");
  await page.goto(await sites.link("rmoney"));
  await world.store.apps.put(tenant, { ...row, returnUrls: [`${sites.returnUrl}/`], at: world.now() });
  await page.getByRole("button", { name: /^Go to / }).click();
  expect(await page.locator("h1").textContent()).toBe("The app can’t take you back");
  expect(await page.getByRole("link").count()).toBe(0);
  await world.store.apps.put(tenant, { ...row, at: world.now() });
});

it("shows that a slow login is under way, and goes on to the app by itself, without a script", async () => {
  await page.goto(await sites.link("ventura"));
  await page.getByRole("button", { name: /^Go to / }).click();
  await sites.fault({ broker: "ventura", fault: "slow", delay: "3s", times: 1 });
  const form = page.locator("form").first();
  const { username, password, totp } = await userAt(world, "ventura");
  await form.locator("[name=username]").fill(username);
  await form.locator("[name=password]").fill(password);
  await form.locator("[name=otp]").fill(totp);
  await form.locator("button").first().click({ noWaitAfter: true });
  await page.getByText("One moment").waitFor({ state: "visible" });
  await page.waitForURL(/\/back\?connection=\w+&code=\w{43}$/);
});
