import { createServer } from "node:net";
import type { BrokerId } from "kunji";
import { describe, expect, it } from "vitest";
import { browser, navigate } from "./support/browser.js";
import { person } from "./support/people.js";
import { afterwards, type Rig, rig } from "./support/rig.js";

const redirecting = ["ventura", "nuvama", "zebu", "rmoney"] as const;
const stateless = ["zebu", "rmoney"] as const;
const stateful = ["ventura", "nuvama"] as const;

/** The paths by which a callback's token is exchanged or proven. */
const exchanges = /token|GenAcsTok|getUserDetails|rmssublimits/;

const exchanged = async ({ ledger }: Rig, broker: BrokerId) =>
  (await ledger(broker)).filter(({ path, method }) => exchanges.test(path) && method !== "HEAD").length;

/** A login that has printed its login URL and waits. */
async function waiting(at: Rig, broker: BrokerId) {
  const running = at.begin(["login", broker, "--print-url"]);
  const [url] = await running.says(/http:\/\/\S+(?=\n)/);
  await running.says(/Waiting/);
  return { running, url };
}

/** The callback that the broker would send a browser to, which no browser has visited. */
async function callbackOf(at: Rig, broker: BrokerId, url: string, username?: string): Promise<string> {
  const landing = `http://127.0.0.1:${at.port}/`;
  const page = await browser().logIn(url, await person(at, broker, username), (next) =>
    next.startsWith(landing),
  );
  expect(page.url).toContain(landing);
  return page.url;
}

describe.each(redirecting)("a login at %s through the listener", (broker) => {
  it("takes a browser from the login page to a session that works", async () => {
    const at = await rig();
    const { running, url } = await waiting(at, broker);
    const page = await browser().logIn(url, await person(at, broker));
    expect(page).toMatchObject({ status: 200 });
    expect(page.text).toContain("You're logged in");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    const { username } = await person(at, broker);
    expect((await running.result).stdout).toContain(`as ${username}.`);
    expect(await at.kunji(["status", broker])).toMatchObject({ exit: 0 });
  });

  it("X-09 goes on waiting after calls that are no callback, and the right one still works", async () => {
    const at = await rig();
    const { running, url } = await waiting(at, broker);
    const callback = await callbackOf(at, broker, url);
    const own = new URL(callback);
    const stray = [
      `${own.origin}/favicon.ico`,
      `${own.origin}/`,
      `${own.origin}/callback/other${own.search}`,
      `${own.href}&x=1`.replace(own.pathname, `${own.pathname}/`),
    ];
    for (const address of stray) expect((await navigate(address)).status).toBe(404);
    expect((await navigate(callback, { method: "POST" })).status).toBe(404);
    expect((await navigate(callback)).status).toBe(200);
    expect(await running.result).toMatchObject({ exit: 0 });
  });

  it("X-08 refuses a callback parameter given twice, and takes the same callback with it given once", async () => {
    const at = await rig();
    const { running, url } = await waiting(at, broker);
    const callback = await callbackOf(at, broker, url);
    const before = await exchanged(at, broker);
    const name = [...new URL(callback).searchParams.keys()].at(-1);
    expect((await navigate(`${callback}&${name}=other`)).status).toBe(400);
    expect(await exchanged(at, broker)).toBe(before);
    expect((await navigate(callback)).status).toBe(200);
    expect(await running.result).toMatchObject({ exit: 0 });
  });

  it("ends cleanly by Ctrl-C and after ten minutes, and the port is free again", async () => {
    const at = await rig();
    const first = await waiting(at, broker);
    first.running.interrupt();
    expect(await first.running.result).toMatchObject({ exit: 130 });
    const second = await waiting(at, broker);
    second.running.timeOut();
    const late = await second.running.result;
    expect(late.exit).toBe(3);
    expect(late.stderr).toContain("within 10 minutes");
    expect(await at.kunji(["status", broker])).toMatchObject({ exit: 3 });
  });
});

describe.each(stateless)("the browser that %s, which returns no state, is tied to", (broker) => {
  it("X-01 refuses a callback from any other browser than the one that was opened", async () => {
    const at = await rig();
    const opened: string[] = [];
    const openBrowser = async (url: string) => opened.push(url) > 0;
    const running = at.begin(["login", broker], { openBrowser });
    await running.says(/Waiting/);
    const [start = ""] = opened;
    const own = browser();
    const landing = (url: string) => url.startsWith(`http://127.0.0.1:${at.port}/callback/${broker}?`);
    const { url: callback } = await own.logIn(start, await person(at, broker), landing);
    const foreign = await browser().visit(callback);
    expect(foreign).toMatchObject({ status: 400 });
    expect(foreign.text).toContain("another browser");
    expect(await exchanged(at, broker)).toBe(0);
    expect(await own.visit(callback)).toMatchObject({ status: 200 });
    expect(await running.result).toMatchObject({ exit: 0 });
    expect(await exchanged(at, broker)).toBe(1);
  });
});

describe.each(stateless)("a request that no navigation made, at %s,", (broker) => {
  it.each([
    { "sec-fetch-dest": "image", "sec-fetch-mode": "no-cors" },
    { "sec-fetch-dest": "iframe", "sec-fetch-mode": "navigate" },
    { "sec-fetch-dest": "document", "sec-fetch-mode": "cors" },
  ])("finishes no login: %j", async (headers) => {
    const at = await rig();
    const { running, url } = await waiting(at, broker);
    const callback = await callbackOf(at, broker, url);
    const before = await exchanged(at, broker);
    expect((await navigate(callback, { headers })).status).toBe(400);
    expect(await exchanged(at, broker)).toBe(before);
    expect((await navigate(callback)).status).toBe(200);
    expect(await running.result).toMatchObject({ exit: 0 });
  });
});

describe.each(stateful)("the state of a login at %s", (broker) => {
  const altered = {
    "does not match": (url: URL) => url.searchParams.set("state", "0".repeat(32)),
    "is missing": (url: URL) => url.searchParams.delete("state"),
  };
  it.each(Object.entries(altered))(
    "X-02 a state that %s is refused and nothing is exchanged",
    async (_, alter) => {
      const at = await rig();
      const { running, url } = await waiting(at, broker);
      const callback = await callbackOf(at, broker, url);
      const before = await exchanged(at, broker);
      const wrong = new URL(callback);
      alter(wrong);
      expect((await navigate(wrong)).status).toBe(400);
      expect(await exchanged(at, broker)).toBe(before);
      expect((await navigate(callback)).status).toBe(200);
      expect(await running.result).toMatchObject({ exit: 0 });
      expect(await exchanged(at, broker)).toBeGreaterThan(before);
    },
  );

  it("X-02 a state of an earlier login is refused by the next one, and nothing is exchanged", async () => {
    const at = await rig();
    const first = await waiting(at, broker);
    const old = await callbackOf(at, broker, first.url);
    expect((await navigate(old)).status).toBe(200);
    expect(await first.running.result).toMatchObject({ exit: 0 });
    const second = await waiting(at, broker);
    const before = await exchanged(at, broker);
    expect((await navigate(old)).status).toBe(400);
    expect(await exchanged(at, broker)).toBe(before);
    expect((await navigate(await callbackOf(at, broker, second.url))).status).toBe(200);
    expect(await second.running.result).toMatchObject({ exit: 0 });
  });
});

describe("callbacks of another broker", () => {
  it.each(redirecting)("X-03 a callback of another broker is never exchanged at %s", async (broker) => {
    const at = await rig();
    const other = broker === "zebu" ? "rmoney" : "zebu";
    const elsewhere = await waiting(at, other);
    const foreign = await callbackOf(at, other, elsewhere.url);
    elsewhere.running.interrupt();
    await elsewhere.running.result;
    const { running, url } = await waiting(at, broker);
    const before = await exchanged(at, broker);
    expect((await navigate(foreign)).status).toBe(404);
    expect(await exchanged(at, broker)).toBe(before);
    expect((await navigate(await callbackOf(at, broker, url))).status).toBe(200);
    expect(await running.result).toMatchObject({ exit: 0 });
  });
});

describe("a login that does not work out", () => {
  it.each([
    ["nuvama", "80152218"],
    ["zebu", "ZP0336"],
  ] as const)("says so where the user of %s declines", async (broker, username) => {
    const at = await rig();
    const { running, url } = await waiting(at, broker);
    const page = await browser().visit(await callbackOf(at, broker, url, username));
    expect(page).toMatchObject({ status: 400 });
    expect(page.text).toContain("did not work");
    const { exit, stderr } = await running.result;
    expect(exit).toBe(3);
    expect(stderr).toMatch(/declined the login[\s\S]*kunji login/);
    expect(await at.kunji(["status", broker])).toMatchObject({ exit: 3 });
  });

  it("says so where the port is taken, and works when it is free", async () => {
    const at = await rig();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at.port, "127.0.0.1", resolve));
    const close = () => new Promise((resolve) => server.close(resolve));
    afterwards(close);
    const { exit, stderr } = await at.kunji(["login", "zebu", "--print-url"]);
    expect(exit).toBe(7);
    expect(stderr).toContain(`Port ${at.port}`);
    await close();
    const { running } = await waiting(at, "zebu");
    running.interrupt();
    expect(await running.result).toMatchObject({ exit: 130 });
  });

  it("does not answer for another host name that points to this machine", async () => {
    const at = await rig();
    const { running, url } = await waiting(at, "zebu");
    const callback = await callbackOf(at, "zebu", url);
    expect((await navigate(callback.replace("127.0.0.1", "localhost"))).status).toBe(404);
    expect((await navigate(callback)).status).toBe(200);
    expect(await running.result).toMatchObject({ exit: 0 });
  });
});

describe("a redirect URL that is not on this machine", () => {
  const address = "https://app.example/callback";

  async function remote(at: Rig) {
    // The person changes the registered URL on the portal; the command follows what the sandbox lists.
    const app = at.sandbox.world.app("zebu", "client_id", "ABC");
    const settings = { clientId: "ABC", secret: "123", redirectUri: address };
    expect(app).toBeDefined();
    expect(
      await at.kunji(["app", "set", "zebu", "--stdin-json"], { stdin: JSON.stringify(settings) }),
    ).toMatchObject({ exit: 0 });
    const running = (ask: Parameters<Rig["begin"]>[1]) => at.begin(["login", "zebu", "--print-url"], ask);
    return { running };
  }

  it("asks for the address without echo, asks again after a wrong one, and takes the right one", async () => {
    const at = await rig();
    const { running } = await remote(at);
    const asked: string[] = [];
    const pasted = ["https://other.example/callback?code=1"];
    const login = running({
      ask: {
        text: () => Promise.resolve(undefined),
        secret: async (question) => {
          asked.push(question);
          if (pasted.length > 0) return pasted.shift();
          const [url] = await login.says(/http:\/\/\S+(?=\n)/);
          const page = await browser().logIn(url, await person(at, "zebu"), (next) =>
            next.includes("/callback"),
          );
          return address + new URL(page.url).search;
        },
      },
    });
    const { exit, stderr } = await login.result;
    expect({ exit, asked: asked.length }).toEqual({ exit: 0, asked: 2 });
    expect(stderr).toContain("Nothing was used up");
  });

  it("takes the question back after ten minutes, so that the command ends", async () => {
    const at = await rig();
    const { running } = await remote(at);
    let over: AbortSignal | undefined;
    const secret = (_: string, signal?: AbortSignal) => {
      over = signal;
      return new Promise<undefined>(() => undefined);
    };
    const login = running({ ask: { text: () => Promise.resolve(undefined), secret } });
    await expect.poll(() => over?.aborted).toBe(false);
    login.timeOut();
    expect(await login.result).toMatchObject({ exit: 3 });
    expect(over?.aborted).toBe(true);
  });

  it("says what to do where nobody can be asked", async () => {
    const at = await rig();
    const { running } = await remote(at);
    expect(await running({}).result).toMatchObject({ exit: 2 });
  });
});
