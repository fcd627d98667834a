import { describe, expect, it } from "vitest";
import { browser, navigate } from "./support/browser.js";
import { person } from "./support/people.js";
import { rig } from "./support/rig.js";

describe("the start address", () => {
  it("leads only the first browser on, and holds nothing of the broker's", async () => {
    const at = await rig();
    const opened: string[] = [];
    const running = at.begin(["login", "nuvama"], { openBrowser: async (url) => opened.push(url) > 0 });
    await running.says(/Waiting/);
    const [start = ""] = opened;
    expect(start).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback\/nuvama\/start\/[0-9a-f]{32}$/);
    const set = await navigate(start);
    const [cookie = ""] = set.headers.getSetCookie();
    expect(cookie).toContain("; Path=/callback/nuvama;");
    // The same browser comes a second time.
    const again = { headers: { cookie: cookie.split(";")[0] ?? "" } };
    expect((await navigate(start, again)).status).toBe(302);
    running.interrupt();
    expect(await running.result).toMatchObject({ exit: 130 });
  });

  it("is led on from for one browser", async () => {
    const at = await rig();
    const opened: string[] = [];
    const running = at.begin(["login", "nuvama"], { openBrowser: async (url) => opened.push(url) > 0 });
    await running.says(/Waiting/);
    const [start = ""] = opened;
    expect(running.said()).not.toContain("ordsrctkn");
    const first = browser();
    expect((await first.visit(start)).status).toBe(200);
    expect((await browser().visit(start)).status).toBe(410);
    expect((await first.visit(start)).status).toBe(200);
    running.interrupt();
    expect(await running.result).toMatchObject({ exit: 130 });
  });

  it("is left out where no browser opens: the login page's own address is printed then", async () => {
    const at = await rig();
    const running = at.begin(["login", "zebu"]);
    const [url] = await running.says(/http:\/\/\S+(?=\n)/);
    expect(url).toContain(`${at.origin}/zebu/`);
    await running.says(/Waiting/);
    expect((await browser().logIn(url, await person(at, "zebu"))).status).toBe(200);
    expect(await running.result).toMatchObject({ exit: 0 });
  });
});
