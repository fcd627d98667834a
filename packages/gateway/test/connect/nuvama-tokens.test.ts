import { createCipheriv, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { callbackAt, codeOf, errorOf, newBrowser } from "./support/browser.js";
import { comeBack, eventsOf, newConnection, refusal, rowOf } from "./support/logins.js";

const at = { tenant: "t", broker: "nuvama" } as const;
const [[, onFile]] = databases;
let world: TestWorld;
beforeAll(async () => {
  world = await newWorld(await onFile());
  await world.addTenant("t", ["nuvama"]);
}, 60_000);
afterAll(() => world.close());

const withToken = (callback: string, token: string): string =>
  callback.replace(/([?&]encrTkn=)[^&]*/, (_, name: string) => name + encodeURIComponent(token));
const tokenIn = (callback: string): Buffer =>
  Buffer.from(
    new URLSearchParams(callback.split("?")[1]).get("encrTkn")?.replaceAll(" ", "+") ?? "",
    "base64",
  );

const flipped = (bytes: Buffer, at: number): string => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy.toString("base64");
};

/** What somebody could make who knows the app's password: a token that opens, and that the broker never gave. */
function sealed(text: string, loginUrl: string): string {
  const { pwd = "" } = world.presets.nuvama.apps.gateway;
  const vendorToken = new URL(loginUrl).searchParams.get("ordsrctkn") ?? "";
  const cipher = createCipheriv("aes-256-cbc", pwd + vendorToken.slice(-16), Buffer.alloc(16));
  return Buffer.concat([cipher.update(text), cipher.final()]).toString("base64");
}

describe("a token that came encrypted with the browser", () => {
  it("answers every forgery alike, and gives one question for each login", async () => {
    const browser = newBrowser(world);
    const { connection, token } = await newConnection(world, at);
    const answers = new Set<string>();
    const reasons: string[] = [];
    for (let round = 0; round < 70; round++) {
      const loginUrl = await browser.begin(token);
      const callback = callbackAt(at, await world.logIn("nuvama", loginUrl));
      const cookie = browser.cookieAt(at);
      const original = tokenIn(callback);
      const forged = [
        randomBytes(original.length).toString("base64"),
        flipped(original, round % original.length),
        flipped(original, original.length - 1),
        original.subarray(0, 16).toString("base64"),
        original.subarray(0, original.length - 1).toString("base64"),
        randomBytes(16).toString("base64"),
        sealed("forged", loginUrl),
      ][round % 7] as string;
      const step = await browser.finish(at, withToken(callback, forged));
      answers.add(`${step.kind} ${errorOf(step)} ${JSON.stringify("cookie" in step && step.cookie)}`);
      reasons.push((await eventsOf(world, connection)).at(-1) ?? "");
      // The login is used up: the good token is no good any more.
      expect(await refusal(browser.finish(at, callback, cookie))).toBe("login_unknown");
    }
    expect([...answers]).toHaveLength(1);
    expect([...answers][0]).toContain("go exchange_refused");
    // Only the tenant hears which of them opened.
    expect(new Set(reasons)).toEqual(
      new Set(["connection.login_failed decryption_failed", "connection.login_failed login_needed"]),
    );
    expect(await rowOf(world, connection)).toMatchObject({ status: "new", sealedSession: null });
    const good = await comeBack(world, browser, at, token);
    expect(codeOf(await browser.finish(at, good))).not.toBe("");
  });

  it("is proven for the account that the browser names: another's is refused in the same words", async () => {
    const browser = newBrowser(world);
    const { connection, token } = await newConnection(world, at);
    const callback = await comeBack(world, browser, at, token);
    const swapped = callback.replace("80126245", "80163504");
    expect(swapped).not.toBe(callback);
    expect(errorOf(await browser.finish(at, swapped))).toBe("exchange_refused");
    expect(await rowOf(world, connection)).toMatchObject({ status: "new", account: null });
    const good = await comeBack(world, browser, at, token);
    expect(codeOf(await browser.finish(at, good))).not.toBe("");
  });

  it("is not logged out at the broker where it was never proven", async () => {
    const browser = newBrowser(world);
    const { token } = await newConnection(world, at);
    const callback = await comeBack(world, browser, at, token);
    await browser.finish(at, callback.replace("80126245", "80163504"));
    const paths = (await world.ledger("nuvama")).map(({ method, path }) => `${method} ${path}`);
    expect(paths.filter((line) => /logo(?:ut|ff)/i.test(line))).toEqual([]);
  });
});
