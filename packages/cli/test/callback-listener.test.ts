import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { listenForCallback } from "../src/login/callback-listener.js";
import { afterwards, freePort } from "./support/rig.js";

/** A listener, and a browser whose callback is being finished until `end` or `fail` is called. */
async function finishing() {
  const port = await freePort();
  let end: (value: string) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const finished = new Promise<string>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  let begin: () => void = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const listener = await listenForCallback({
    redirectUri: `http://127.0.0.1:${port}/callback`,
    loginUrl: "http://127.0.0.1/login",
    finish: () => {
      begin();
      return finished;
    },
  });
  afterwards(listener.close);
  const browser = connect(port, "127.0.0.1");
  browser.write(`GET /callback?code=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  await begun;
  /** Closes the page; what is asked next shows that the listener has seen it. */
  const closePage = async () => {
    browser.destroy();
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  };
  return { done: listener.done, browser, closePage, end, fail };
}

describe("a callback that is being finished", () => {
  it("is done for a browser that waits for its page", async () => {
    const { done, browser, end } = await finishing();
    const page = once(browser, "data");
    end("session");
    expect(await done).toBe("session");
    expect(String(await page)).toContain("HTTP/1.1 200");
  });

  it("is done too where the page was closed meanwhile", async () => {
    const { done, closePage, end } = await finishing();
    await closePage();
    end("session");
    expect(await done).toBe("session");
  });

  it("fails too where the page was closed meanwhile", async () => {
    const { done, closePage, fail } = await finishing();
    await closePage();
    fail(new Error("refused"));
    await expect(done).rejects.toThrow("refused");
  });
});
