import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { createConnection } from "../../src/flows/connections.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { openChromium } from "./support/chromium.js";
import { type DemoGateway, openDemo } from "./support/demo-gateway.js";

const [[, onFile]] = databases;

/** Another site, under a host name that is not the gateway's. */
interface Site {
  readonly origin: string;
  readonly seen: { url: string; headers: IncomingHttpHeaders }[];
  /** What it answers; by path. */
  readonly pages: Map<string, { status?: number; location?: string; html?: string }>;
  readonly server: Server;
}

async function openSite(): Promise<Site> {
  const seen: Site["seen"] = [];
  const pages: Site["pages"] = new Map();
  const server = createServer(({ url = "/", headers }, answer) => {
    if (url !== "/favicon.ico") seen.push({ url, headers });
    const { status = 200, location, html = "" } = pages.get(url.replace(/\?.*$/s, "")) ?? { status: 404 };
    answer.writeHead(status, { "content-type": "text/html", ...(location && { location }) }).end(html);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { origin: `http://localhost:${port}`, seen, pages, server };
}

let browser: Browser;
let world: TestWorld;
let demo: DemoGateway;
let app: Site;
let further: Site;
let context: BrowserContext;
let page: Page;
// A real browser takes its time where others work beside it.
vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  browser = await openChromium();
  world = await newWorld(await onFile());
  demo = await openDemo(world);
  app = await openSite();
  further = await openSite();
  app.pages.set("/back", { status: 302, location: `${further.origin}/done` });
  further.pages.set("/done", { html: "<h1>Done</h1>" });
  for (const id of ["zebu", "autoshares"]) {
    const row = await demo.ports.store.apps.get("demo", id);
    if (!row) throw new Error("the demo has no such app");
    await demo.ports.store.apps.put("demo", { ...row, returnUrls: [`${app.origin}/back`], at: world.now() });
  }
}, 60_000);
afterAll(async () => {
  vi.resetConfig();
  await demo.close();
  await world.close();
  await browser.close();
  for (const { server } of [app, further]) server.close();
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
});
afterEach(() => context.close());

async function newLink(id: string): Promise<string> {
  const returnUrl = `${app.origin}/back`;
  const { link } = await createConnection(demo.ports, "demo", { app: id, user: "asha", returnUrl });
  return link.url;
}

async function typeIn(broker: string): Promise<void> {
  const presets = await (await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/presets`)).json();
  const { username, password, totp } = presets[broker].users[0];
  await page.locator("[name=username]").first().fill(username);
  await page.locator("[name=password]").first().fill(password);
  await page.locator("[name=otp]").first().fill(totp);
  await page.locator("form").first().locator("button").first().click();
}

it("A9 gives an app, and wherever it sends the browser on, no referrer and nothing of the login but the connection and its code", async () => {
  const addresses: string[] = [];
  page.on("framenavigated", (frame) => addresses.push(frame.url()));
  const link = await newLink("zebu");
  await page.goto(link);
  await page.locator("button").first().click();
  await typeIn("zebu");
  await page.locator("button[name=consent][value=yes]").click();
  const cookies = (await context.cookies()).filter(({ name }) => name !== "kunji_looked");
  const secret = await page.locator("[name=secret]").inputValue();
  await page.locator("button[name=answer][value=yes]").click();
  expect(await page.locator("h1").textContent()).toBe("Done");

  const [back, ...more] = app.seen.filter(({ url }) => url.startsWith("/back"));
  expect(more).toEqual([]);
  expect(back?.url).toMatch(/^\/back\?connection=con_\w+&code=\w{43}$/);
  expect(further.seen.at(-1)?.url).toBe("/done");
  const told = JSON.stringify([app.seen, further.seen]);
  const markers = [link.split("/").at(-1) ?? "", secret, ...cookies.map(({ value }) => value), "ZP0001"];
  expect(markers.every((marker) => marker.length > 5)).toBe(true);
  expect(markers.filter((marker) => told.includes(marker))).toEqual([]);
  expect([...app.seen, ...further.seen].flatMap(({ headers }) => headers.referer ?? [])).toEqual([]);
  // The broker's code came in an address that the browser has left again without showing it.
  expect(addresses.filter((address) => address.startsWith(demo.url) && /[?&]code=/.test(address))).toEqual(
    [],
  );
});

it("lets the password's form end at an app that sends the browser on to yet another site", async () => {
  await page.goto(await newLink("autoshares"));
  const presets = await (await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/presets`)).json();
  const { username, password } = presets.autoshares.users[0];
  await page.locator("#username").fill(username);
  await page.locator("#password").fill(password);
  await page
    .locator("form")
    .filter({ has: page.locator("#password") })
    .getByRole("button")
    .click();
  expect(page.url()).toBe(`${further.origin}/done`);
});

it("A10 shows itself in no frame of another site, which shows its own page in one", async () => {
  further.pages.set("/plain", { html: "<h1>Plain</h1>" });
  const link = await newLink("zebu");
  const framed = `<iframe id=ours src="${link}"></iframe><iframe id=plain src="${further.origin}/plain"></iframe>`;
  further.pages.set("/frames", { html: framed });
  await page.goto(`${further.origin}/frames`);
  expect(await page.frameLocator("#plain").locator("h1").textContent()).toBe("Plain");
  expect(await page.frameLocator("#ours").locator("form").count()).toBe(0);
  await page.goto(link);
  expect(await page.locator("form").count()).toBe(1);
});

it("A10 takes no form from another site, with the reader's cookies and all, and takes its own", async () => {
  const link = await newLink("zebu");
  further.pages.set("/form", { html: `<form method=post action="${link}"><button>Win</button></form>` });
  const before = (await world.ledger("zebu")).length;
  await page.goto(`${further.origin}/form`);
  await page.locator("button").click();
  expect(await page.locator("h1").textContent()).toBe("This form came from another site");
  expect(await context.cookies()).toEqual([]);
  expect((await world.ledger("zebu")).length).toBe(before);
  await page.goto(link);
  await page.locator("button").click();
  expect(page.url()).toMatch(/\/zebu\//);
  const names = (await context.cookies()).map(({ name }) => name.replace(/_demo-zebu/, "_app")).sort();
  expect(names).toEqual(["kunji_app", "kunji_app_link", "kunji_looked"]);
});
