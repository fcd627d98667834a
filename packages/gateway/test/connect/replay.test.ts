import { rmoney, ventura, zebu } from "kunji/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { newWorld, redirectBrokers, type TestWorld } from "../support/world.js";
import { newBrowser } from "./support/browser.js";
import { comeBack, newConnection, refusal } from "./support/logins.js";

/** Where a broker takes the code. Nuvama has no exchange: its first call shows how often the token was opened. */
const exchanges = {
  ventura: ventura.paths.exchange,
  zebu: zebu.paths.exchange,
  rmoney: rmoney.paths.exchange,
  nuvama: "/limits/",
} as const;

describe.each(databases)("a callback that comes again on %s", (_name, make) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await newWorld(await make());
    await world.addTenant("t", redirectBrokers);
  }, 60_000);
  afterAll(() => world.close());

  it.each(redirectBrokers)("to %s, fifty times at once, is exchanged once", async (broker) => {
    const at = { tenant: "t", broker };
    const exchanged = async () =>
      (await world.ledger(broker)).filter(({ path }) => path.includes(exchanges[broker])).length;
    for (let round = 0; round < 3; round++) {
      const browser = newBrowser(world);
      const callback = await comeBack(world, browser, at, (await newConnection(world, at)).token);
      const cookie = browser.cookieAt(at);
      const before = await exchanged();
      const all = await Promise.all(
        Array.from({ length: 50 }, () => refusal(browser.finish(at, callback, cookie))),
      );
      expect(all.filter((code) => code === "none")).toHaveLength(1);
      expect(all.filter((code) => code === "login_unknown")).toHaveLength(49);
      expect(await refusal(browser.finish(at, callback, cookie))).toBe("login_unknown");
      expect((await exchanged()) - before).toBe(1);
    }
  });
});
