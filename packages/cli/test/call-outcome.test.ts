import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Rig, rig } from "./support/rig.js";

const order = ["call", "zebu", "POST", "/NorenWClientAPI/PlaceOrder", "-d", "{}"];
const read = ["call", "zebu", "POST", "/NorenWClientAPI/GetQuotes", "-d", "{}"];

async function loggedIn(): Promise<Rig> {
  const at = await rig();
  expect(await at.kunji(["login", "zebu", "--no-browser"])).toMatchObject({ exit: 0 });
  return at;
}

const isCall = (url: string) => url.includes("/NorenWClientAPI/");
const cut = (url: string, init: RequestInit) =>
  isCall(url) ? Promise.reject(new TypeError("cut")) : fetch(url, init);
const redirecting = async (url: string, init: RequestInit) =>
  isCall(url)
    ? new Response(null, { status: 302, headers: { location: "https://other.example/" } })
    : fetch(url, init);

describe("a call whose outcome can't be known", () => {
  it.each([
    ["no answer", cut, 7],
    ["a redirect", redirecting, 5],
  ] as const)("for %s is not to be sent again unlooked, a read is", async (_, world, exit) => {
    const at = await loggedIn();
    const sent = await at.kunji(order, { fetch: world });
    expect(sent).toMatchObject({ exit, stdout: "" });
    expect(sent.stderr).toMatch(/may have taken effect.*order book/);
    expect(sent.stderr).not.toContain("Try again");
    const looked = await at.kunji(read, { fetch: world });
    expect(looked.exit).toBe(exit);
    expect(looked.stderr).toContain("Try again");
    expect(looked.stderr).not.toContain("taken effect");
  });

  it("is said so with --json too", async () => {
    const at = await loggedIn();
    const { stdout } = await at.kunji([...order, "--json"], { fetch: cut });
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "network_failed", next: expect.stringContaining("taken effect") },
    });
  });

  it.each([
    ["an order", order, true],
    ["a read", read, false],
  ] as const)("is what Ctrl-C leaves after %s was sent", async (_, argv, doubt) => {
    const at = await loggedIn();
    let stall = () => {};
    const stalled = new Promise<void>((resolve) => {
      stall = resolve;
    });
    const running = at.begin(argv, {
      fetch: (url, init) => {
        if (!isCall(url)) return fetch(url, init);
        stall();
        return new Promise((_, reject) =>
          init.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
        );
      },
    });
    await stalled;
    running.interrupt();
    const { exit, stderr } = await running.result;
    expect(exit).toBe(130);
    expect(stderr.includes("may have taken effect")).toBe(doubt);
  });
});

describe("an answer whose session can't be kept", () => {
  it.each([[[]], [["--json"]]])("is written all the same, with a warning (%j)", async (more) => {
    const at = await loggedIn();
    const file = join(at.folder, "session.zebu.sandbox");
    // As a full disk does it: the call goes through, and the file can't be replaced afterwards.
    const full = async (url: string, init: RequestInit) => {
      if (isCall(url)) {
        await rm(file);
        await mkdir(file);
        await writeFile(join(file, "in-the-way"), "");
      }
      return fetch(url, init);
    };
    const quote = [...read.slice(0, -1), '{"uid":"ZP0001","exch":"NSE","token":"2885"}', ...more];
    const whole = await at.kunji(quote);
    expect(whole).toMatchObject({ exit: 0, stderr: "" });
    const unsaved = await at.kunji(quote, { fetch: full });
    expect(unsaved.stdout).toContain("RELIANCE-EQ");
    expect(unsaved.exit).toBe(1);
    expect(unsaved.stderr).toMatch(/call was sent[\s\S]*can't be used/);
  });
});

describe("a call that can't be meant", () => {
  it.each([
    [["GET", "x"], "A path begins with /"],
    [["GET", "/x", "-d", "{}"], "GET takes no body"],
    [["head", "/x", "-d", "{}"], "HEAD takes no body"],
    [["GTE", "/x"], "GET, HEAD, POST, PUT, PATCH, DELETE"],
  ])("%j ends with exit code 2, a sentence, and nothing sent", async (words, sentence) => {
    const at = await loggedIn();
    const before = (await at.ledger("zebu")).length;
    const refused = await at.kunji(["call", "zebu", ...words]);
    expect(refused).toMatchObject({ exit: 2, stdout: "" });
    expect(refused.stderr).toContain(sentence);
    expect(await at.ledger("zebu")).toHaveLength(before);
    expect((await at.kunji(["call", "zebu", "GET", "/x"])).exit).toBe(5);
    expect(await at.ledger("zebu")).toHaveLength(before + 1);
  });
});

describe("a credential that the broker repeats", () => {
  it("is not shown, be it a whole header, the app's key or part of the body", async () => {
    const at = await loggedIn();
    let bearer = "";
    const echoing = async (url: string, init: RequestInit) => {
      if (!isCall(url)) return fetch(url, init);
      bearer = new Headers(init.headers).get("authorization") ?? "";
      return new Response(JSON.stringify({ said: bearer, quantity: 123 }), {
        headers: { "x-seen": bearer, "x-key": "123", "x-other": "12345" },
      });
    };
    const { stdout } = await at.kunji([...read, "--json"], { fetch: echoing });
    expect(bearer).not.toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      headers: { "x-seen": "[secret]", "x-key": "[secret]", "x-other": "12345" },
      body: { said: "[secret]", quantity: 123 },
    });
    expect(stdout).not.toContain(bearer);
  });
});
