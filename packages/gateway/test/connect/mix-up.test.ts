import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finishLogin } from "../../src/flows/login/finish-login.js";
import { databases } from "../support/databases.js";
import { newWorld, redirectBrokers, type TestWorld } from "../support/world.js";
import { type At, callbackAt, codeOf, handleOf, newBrowser } from "./support/browser.js";
import { callsAt, comeBack, newConnection, refusal } from "./support/logins.js";

const places: readonly At[] = ["a", "b"].flatMap((tenant) =>
  redirectBrokers.map((broker) => ({ tenant, broker })),
);

async function callsOfAll(world: TestWorld): Promise<number> {
  const calls = await Promise.all(redirectBrokers.map((broker) => callsAt(world, broker)));
  return calls.reduce((sum, count) => sum + count, 0);
}

describe.each(databases)("eight logins at eight callbacks on %s", (_name, make) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await newWorld(await make());
    for (const tenant of ["a", "b"]) await world.addTenant(tenant, redirectBrokers);
  }, 60_000);
  afterAll(() => world.close());

  const finishAt = (at: At, redirect: string, cookie: string | undefined) =>
    finishLogin(world.ports, { ...at, handle: handleOf(at), callback: callbackAt(at, redirect), cookie });

  it.each(places)("$tenant's login at $broker ends at its own alone", async (own) => {
    const browser = newBrowser(world);
    const redirect = await comeBack(world, browser, own, (await newConnection(world, own)).token);
    const before = await callsOfAll(world);
    const refused: string[] = [];
    for (const other of places.filter((place) => place !== own)) {
      refused.push(await refusal(finishAt(other, redirect, browser.cookieAt(own))));
      refused.push(await refusal(finishAt(other, redirect, undefined)));
    }
    refused.push(await refusal(finishAt(own, redirect, undefined)));
    expect(refused).toEqual(Array.from({ length: 15 }, () => "login_unknown"));
    expect(await callsOfAll(world)).toBe(before);
    const step = await browser.answer(own, await browser.finish(own, callbackAt(own, redirect)));
    expect(codeOf(step)).not.toBe("");
  });

  it("takes no tenant's app for another's, though both have the same id and the same keys", async () => {
    const [a, b] = [
      { tenant: "a", broker: "ventura" },
      { tenant: "b", broker: "ventura" },
    ] as const satisfies readonly At[];
    const browser = newBrowser(world);
    const first = await comeBack(world, browser, a, (await newConnection(world, a)).token);
    const second = await comeBack(world, browser, b, (await newConnection(world, b)).token);
    expect(await refusal(finishAt(b, first, browser.cookieAt(b)))).toBe("login_unknown");
    expect(await refusal(finishAt(a, second, browser.cookieAt(a)))).toBe("login_unknown");
    expect(codeOf(await browser.finish(a, callbackAt(a, first)))).not.toBe("");
    expect(codeOf(await browser.finish(b, callbackAt(b, second)))).not.toBe("");
  });
});
