import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandbox, type LedgerEntry, type Sandbox } from "@kunji/sandbox";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Io } from "../src/io.js";
import { run } from "../src/run.js";

/** Per broker: the call without which there is no session, made once a login, and the first call. */
const redirectBrokers = [
  {
    id: "ventura",
    account: "AA0605",
    exchange: "/login/v1/authorization/token",
    call: ["GET", "/user/v1/profile"],
  },
  {
    id: "nuvama",
    account: "80126245",
    // No exchange: the browser brings the token, under the vendor session that began the login.
    exchange: "/edelmw-login/login/accounts/loginvendor/TEST2",
    call: ["GET", "/edelmw-eq/eq/limits/rmssublimits/80126245/"],
  },
  {
    id: "zebu",
    account: "ZP0001",
    exchange: "/NorenWClientAPI/GenAcsTok",
    call: ["POST", "/NorenWClientAPI/GetQuotes", "-d", '{"uid":"ZP0001","exch":"NSE","token":"2885"}'],
  },
  {
    id: "rmoney",
    account: "I10230",
    exchange: "/open-api/od/v1/vendor/getUserDetails",
    call: ["GET", "/open-api/od/v1/profile/"],
  },
] as const;

type Id = (typeof redirectBrokers)[number]["id"];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" && address ? address.port : 0;
}

async function chromiumPath(): Promise<string> {
  const finder = new URL("../../../scripts/chromium.mjs", import.meta.url).href;
  const found = process.env.KUNJI_CHROMIUM ?? (await import(finder)).findChromium();
  const path = await found;
  if (!path) throw new Error("No Chromium here: `npm test` finds or installs one, KUNJI_CHROMIUM names one.");
  return path;
}

const quiet = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser: Browser;
let sandbox: Sandbox;
let callback: string;
let origin: string;
let folder: string;
let page: Page;

beforeAll(async () => {
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  browser = await chromium.launch({ executablePath: await chromiumPath(), args: [...root, ...quiet] });
}, 60_000);
afterAll(() => browser.close());

beforeEach(async () => {
  callback = `http://127.0.0.1:${await freePort()}`;
  sandbox = createSandbox({ urls: { cli: callback } });
  origin = (await sandbox.listen({ port: 0 })).origin;
  folder = mkdtempSync(join(tmpdir(), "kunji-browser-"));
  page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
});
afterEach(async () => {
  await page.context().close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly exit: Promise<number>;
  readonly printed: { out: string; err: string };
  /** The address that the command opens, or prints with `--print-url`. */
  readonly address: Promise<string>;
}

/** The command in this process, on the real clock and network, its browser being the test's. */
function kunji(...argv: string[]): Ran {
  const printed = { out: "", err: "" };
  let open: (url: string) => void = () => {};
  const address = new Promise<string>((resolve) => {
    open = resolve;
  });
  const sink = (name: "out" | "err") => ({
    write(chunk: string | Uint8Array) {
      printed[name] += typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk);
      const url = /^\s*(http:\S+)\s*$/m.exec(printed[name])?.[1];
      if (argv.includes("--print-url") && url) open(url);
    },
  });
  const io: Io = {
    stdout: sink("out"),
    stderr: sink("err"),
    stdin: (async function* () {})(),
    env: { KUNJI_DATA: folder, KUNJI_SANDBOX_URL: origin, DISPLAY: ":0", NO_COLOR: "1" },
    fetch: (url, init) => fetch(url, init),
    now: Date.now,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    openBrowser: async (url) => {
      open(url);
      return true;
    },
    interrupted: new AbortController().signal,
    after: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
    macAddress: () => undefined,
  };
  return { exit: run(argv, io), printed, address };
}

async function received(broker: Id): Promise<LedgerEntry[]> {
  const answer = await sandbox.fetch(`${origin}/_sandbox/ledger?broker=${broker}`);
  const entries: unknown = await answer.json();
  if (!Array.isArray(entries)) throw new Error("the ledger is no list");
  return entries;
}

const calls = (entries: readonly LedgerEntry[], path: string) =>
  entries.filter((entry) => entry.path.startsWith(path)).map(({ method, status }) => `${method} ${status}`);

/** Fills in the page's first form, as a person would, and presses its first button. */
async function typeIn(broker: Id): Promise<void> {
  const presets = await (await sandbox.fetch(`${origin}/_sandbox/presets`)).json();
  const { username, password, totp } = (presets as Record<Id, { users: Record<string, string>[] }>)[broker]
    .users[0]!;
  const form = page.locator("form").first();
  await form.locator("[name=username]").fill(username!);
  await form.locator("[name=password]").fill(password!);
  await form.locator("[name=otp]").fill(totp!);
  await form.locator("button").first().click();
}

/** Presses the first ready user's button. */
const oneClick = () => page.locator("form:has([name=ready]) button").first().click();

/** Answers the broker's question, where it asks one. */
async function consent(answer: "yes" | "no"): Promise<boolean> {
  const button = page.locator(`button[name=consent][value=${answer}]`);
  const asked = (await button.count()) > 0;
  if (asked) await button.click();
  return asked;
}

describe("a real browser without JavaScript", () => {
  for (const { id, account, exchange, call } of redirectBrokers) {
    it(`logs in at ${id} by one click, and the session opens the first call`, async () => {
      const login = kunji("login", id);
      await page.goto(await login.address);
      await oneClick();
      await consent("yes");
      expect(await login.exit, login.printed.err).toBe(0);
      expect(page.url().startsWith(`${callback}/callback/${id}`)).toBe(true);
      expect(await page.locator("h1").textContent()).toBe("You're logged in");

      const before = await received(id);
      expect(calls(before, exchange)).toEqual(["POST 200"]);
      const first = kunji("call", id, ...call);
      expect(await first.exit, first.printed.err).toBe(0);
      const path = call[1].replace(/\/$/, "");
      const more = calls(await received(id), path).length - calls(before, path).length;
      expect(more).toBe(1);
      expect(() => JSON.parse(first.printed.out)).not.toThrow();
    });

    it(`logs in at ${id} by the form, at the address that the command prints`, async () => {
      const login = kunji("login", id, "--print-url");
      const address = await login.address;
      expect(address.startsWith(`${origin}/${id}`)).toBe(true);
      await page.goto(address);
      await typeIn(id);
      await consent("yes");
      expect(await login.exit, login.printed.err).toBe(0);
      expect(await page.locator("h1").textContent()).toBe("You're logged in");
      expect(calls(await received(id), exchange)).toEqual(["POST 200"]);
      const status = kunji("status", "--json");
      expect(await status.exit).toBe(0);
      expect(JSON.parse(status.printed.out)).toMatchObject([{ broker: id, env: "sandbox", account }]);
    });
  }

  it("takes no for an answer: whoever declines has no session, and nothing is exchanged", async () => {
    const login = kunji("login", "zebu");
    await page.goto(await login.address);
    await oneClick();
    expect(await consent("no")).toBe(true);
    expect(await login.exit).not.toBe(0);
    expect(await page.locator("h1").textContent()).toBe("The login did not work");
    expect(calls(await received("zebu"), "/NorenWClientAPI/GenAcsTok")).toEqual([]);
  });

  it("keeps whoever mistypes the password on the page, and lets the next try in", async () => {
    const login = kunji("login", "ventura");
    await page.goto(await login.address);
    const form = page.locator("form").first();
    await form.locator("[name=username]").fill("AA0605");
    await form.locator("[name=password]").fill("mistyped");
    await form.locator("[name=otp]").fill("000000");
    await form.locator("button").first().click();
    expect(page.url().startsWith(`${origin}/ventura`)).toBe(true);
    expect(await page.locator("[role=alert]").count()).toBe(1);
    await typeIn("ventura");
    expect(await login.exit, login.printed.err).toBe(0);
  });

  it("refuses another browser's callback, after which the right one still works", async () => {
    const login = kunji("login", "rmoney");
    const address = await login.address;
    await page.goto(address);
    const stranger = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await stranger.goto(page.url());
    await stranger.locator("form:has([name=ready]) button").first().click();
    expect(await stranger.locator("h1").textContent()).toBe("This login began in another browser");
    await stranger.context().close();
    expect(calls(await received("rmoney"), "/open-api/od/v1/vendor/getUserDetails")).toEqual([]);
    await oneClick();
    await consent("yes");
    expect(await login.exit, login.printed.err).toBe(0);
  });
});
