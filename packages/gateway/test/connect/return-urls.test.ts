import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { returnUrlWith } from "../../src/domain/return-url.js";
import { createConnection, reconnect } from "../../src/flows/connections.js";
import { databases } from "../support/databases.js";
import { newWorld, returnUrl, type TestWorld } from "../support/world.js";
import { codeOf, newBrowser } from "./support/browser.js";
import { comeBack, logIn, newConnection, refusal, rowOf } from "./support/logins.js";

const [[, onFile]] = databases;
let world: TestWorld;
beforeAll(async () => {
  world = await newWorld(await onFile());
  await world.addTenant("t", ["ventura", "zebu"]);
}, 60_000);
afterAll(() => world.close());

/** Registered is `https://app.example/connected`, to the letter. */
const bypasses = [
  "",
  " ",
  "/",
  "//",
  "//evil.example",
  "///evil.example",
  "\\\\evil.example",
  "/\\evil.example",
  "https:/app.example/connected",
  "https:app.example/connected",
  "https:///app.example/connected",
  "https:\\\\app.example\\connected",
  "http://app.example/connected",
  "HTTPS://app.example/connected",
  "https://APP.example/connected",
  "https://app.example/Connected",
  "https://app.example",
  "https://app.example/",
  "https://app.example/connected/",
  "https://app.example//connected",
  "https://app.example/connected?",
  "https://app.example/connected?x=1",
  "https://app.example/connected#",
  "https://app.example/connected#x",
  "https://app.example/connected/x",
  "https://app.example/connected/..",
  "https://app.example/connected/../evil",
  "https://app.example/x/../connected",
  "https://app.example/./connected",
  "https://app.example/connected;x",
  "https://app.example/connecte%64",
  "https://app.example/connected%00",
  "https://app.example/connected%20",
  "https://app.example/connected%0d%0aLocation:%20https://evil.example",
  "https://app.example/connected\r\nLocation: https://evil.example",
  "https://app.example/connected\n",
  "https://app.example/connected\t",
  "https://app.example/connected\0",
  " https://app.example/connected",
  "https://app.example/connected ",
  "\thttps://app.example/connected",
  "https://app.example:443/connected",
  "https://app.example:444/connected",
  "https://app.example.:443/connected",
  "https://app.example./connected",
  "https://app.example.evil.example/connected",
  "https://evil-app.example/connected",
  "https://evil.example/app.example/connected",
  "https://evil.example?https://app.example/connected",
  "https://evil.example#https://app.example/connected",
  "https://evil.example\\@app.example/connected",
  "https://app.example@evil.example/connected",
  "https://app.example:x@evil.example/connected",
  "https://user@app.example/connected",
  "https://:@app.example/connected",
  "https://app.example\\.evil.example/connected",
  "https://app.example%2eevil.example/connected",
  "https://app.example%00.evil.example/connected",
  "https://аpp.example/connected",
  "https://app。example/connected",
  "\uff48ttps://app.example/connected",
  "https://[::ffff:127.0.0.1]/connected",
  "https://2130706433/connected",
  "javascript:alert(1)//https://app.example/connected",
  "JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,https://app.example/connected",
  "vbscript:x",
  "blob:https://app.example/connected",
  "file:///connected",
  "ftp://app.example/connected",
  "view-source:https://app.example/connected",
  "about:blank",
  "undefined",
  "null",
  `https://app.example/connected${"x".repeat(100_000)}`,
] as const;

describe("a return URL", () => {
  it("is the registered one to the letter, whatever is tried", async () => {
    expect(bypasses.length).toBeGreaterThanOrEqual(60);
    const wanted = { app: "ventura", user: "u1" };
    const { connection } = await createConnection(world.ports, "t", { ...wanted, returnUrl });
    for (const url of bypasses) {
      expect(await refusal(createConnection(world.ports, "t", { ...wanted, returnUrl: url }))).toBe(
        "return_url_unregistered",
      );
      const again = { connection: connection.id, returnUrl: url };
      expect(await refusal(reconnect(world.ports, "t", again))).toBe("return_url_unregistered");
    }
    expect((await rowOf(world, connection)).returnUrl).toBe(returnUrl);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "not a url"])(
    "is never %s, though it were registered",
    async (url) => {
      const app = await world.store.apps.get("t", "ventura");
      if (!app) throw new Error("no app");
      await world.store.apps.put("t", { ...app, returnUrls: [returnUrl, url], at: world.now() });
      const wanted = { app: "ventura", user: "u1" };
      const create = (to: string) => createConnection(world.ports, "t", { ...wanted, returnUrl: to });
      expect(await refusal(create(url))).toBe("return_url_unregistered");
      expect(await refusal(create(returnUrl))).toBe("none");
      await world.store.apps.put("t", { ...app, at: world.now() });
    },
  );

  it("that is registered no more leads nowhere, at the beginning and at the end", async () => {
    const at = { tenant: "t", broker: "ventura" } as const;
    const app = await world.store.apps.get("t", "ventura");
    if (!app) throw new Error("no app");
    const register = (...returnUrls: string[]) =>
      world.store.apps.put("t", { ...app, returnUrls, at: world.now() });
    const browser = newBrowser(world);
    const { token } = await newConnection(world, at);
    const callback = await comeBack(world, browser, at, token);
    const second = newBrowser(world);
    const other = await comeBack(world, second, at, token);

    await register("https://app.example/new");
    const before = (await world.ledger("ventura")).length;
    expect(await refusal(browser.begin(token))).toBe("return_url_unregistered");
    expect(await refusal(browser.finish(at, callback))).toBe("return_url_unregistered");
    expect(await world.ledger("ventura")).toHaveLength(before);
    await register(returnUrl);
    expect(codeOf(await second.finish(at, other))).not.toBe("");
  });

  it("that is registered no more takes no answer on the account's page", async () => {
    const at = { tenant: "t", broker: "zebu" } as const;
    const app = await world.store.apps.get("t", "zebu");
    if (!app) throw new Error("no app");
    const browser = newBrowser(world);
    const { token } = await newConnection(world, at);
    const step = await logIn(world, browser, at, token);
    await world.store.apps.put("t", { ...app, returnUrls: ["https://app.example/new"], at: world.now() });
    expect(await refusal(browser.answer(at, step))).toBe("return_url_unregistered");
    await world.store.apps.put("t", { ...app, at: world.now() });
    expect(codeOf(await browser.answer(at, step))).not.toBe("");
  });

  it("keeps what its query holds, and gains what the app is told", () => {
    const told = { connection: "con_1", code: "a&b=c" };
    expect(returnUrlWith("https://a.example/b", told)).toBe(
      "https://a.example/b?connection=con_1&code=a%26b%3Dc",
    );
    expect(returnUrlWith("https://a.example/b?x=%2F&y", told)).toBe(
      "https://a.example/b?x=%2F&y&connection=con_1&code=a%26b%3Dc",
    );
    expect(returnUrlWith("https://a.example/#/route", told)).toBe(
      "https://a.example/?connection=con_1&code=a%26b%3Dc#/route",
    );
  });
});
