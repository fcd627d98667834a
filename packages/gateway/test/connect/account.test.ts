import type { BrokerId } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { confirmConnection } from "../../src/flows/confirm-connection.js";
import { reconnect } from "../../src/flows/connections.js";
import { answerAccount } from "../../src/flows/login/answer-account.js";
import { databases } from "../support/databases.js";
import { allBrokers, newWorld, redirectBrokers, type TestWorld } from "../support/world.js";
import { codeOf, errorOf, handleOf, newBrowser } from "./support/browser.js";
import {
  callsAt,
  comeBack,
  connected,
  eventsOf,
  logIn,
  logInFully,
  newConnection,
  refusal,
  rowOf,
  tokenOf,
} from "./support/logins.js";

const tenant = "t";
const [[, onFile]] = databases;
let world: TestWorld;

beforeAll(async () => {
  world = await newWorld(await onFile());
  await world.addTenant(tenant);
}, 60_000);
afterAll(() => world.close());

/** Another user of the broker's whose login goes through. */
const other: Readonly<Record<BrokerId, string>> = {
  ventura: "AD3319",
  nuvama: "80163504",
  zebu: "ZP0447",
  rmoney: "I10263",
  autoshares: "demo.elsewhere",
};
const stateless = ["zebu", "rmoney"] as const satisfies readonly BrokerId[];
const accountOf = (broker: BrokerId): string => world.presets[broker].users[0].username;
const logoutsOf = async (broker: BrokerId): Promise<number> =>
  (await world.ledger(broker)).filter(({ path }) => /logo(?:ut|ff)/i.test(path)).length;

describe.each(allBrokers)("the account of a login at %s", (broker) => {
  const at = { tenant, broker };

  it("must be the expected one, where one is expected", async () => {
    const wrong = await newConnection(world, at, { expectedAccount: accountOf(broker) });
    const before = await logoutsOf(broker);
    const refused = await logIn(world, newBrowser(world), at, wrong.token, other[broker]);
    expect(errorOf(refused)).toBe("account_mismatch");
    expect(await rowOf(world, wrong.connection)).toMatchObject({ status: "new", sealedSession: null });
    expect(await eventsOf(world, wrong.connection)).toContain("connection.login_failed account_mismatch");
    expect((await logoutsOf(broker)) - before).toBe(world.ports.brokers.traits[broker].logout ? 1 : 0);

    const right = await newConnection(world, at, { expectedAccount: accountOf(broker) });
    expect(codeOf(await logInFully(world, newBrowser(world), at, right.token))).not.toBe("");
  });

  it("must be the connection's own on a reconnect", async () => {
    const first = await connected(world, at);
    const link = async () =>
      tokenOf((await reconnect(world.ports, tenant, { connection: first.id })).link.url);
    const refused = await logIn(world, newBrowser(world), at, await link(), other[broker]);
    expect(errorOf(refused)).toBe("account_mismatch");
    expect(await rowOf(world, first)).toEqual(first);

    const code = codeOf(await logInFully(world, newBrowser(world), at, await link()));
    const second = await confirmConnection(world.ports, tenant, first.id, { code, user: "u1" });
    expect(second.generation).toBe(2);
  });

  it("is looked at again when the code is redeemed: another may have become the connection's", async () => {
    const { connection, token } = await newConnection(world, at);
    const first = codeOf(await logInFully(world, newBrowser(world), at, token));
    const second = codeOf(await logInFully(world, newBrowser(world), at, token, other[broker]));
    const confirm = (code: string) =>
      confirmConnection(world.ports, tenant, connection.id, { code, user: "u1" });
    expect((await confirm(first)).account).toBe(accountOf(broker));
    expect(await refusal(confirm(second))).toBe("account_mismatch");
    expect(await rowOf(world, connection)).toMatchObject({ account: accountOf(broker), generation: 1 });
  });
});

describe.each(stateless)("the page that names the account at %s", (broker) => {
  const at = { tenant, broker };

  it("names the account, and gives no code before it is answered", async () => {
    const { connection, token } = await newConnection(world, at);
    const browser = newBrowser(world);
    const step = await logIn(world, browser, at, token);
    expect(step).toMatchObject({
      kind: "ask_account",
      account: accountOf(broker),
      connection: connection.id,
    });
    expect((await rowOf(world, connection)).status).toBe("new");
    expect(codeOf(await browser.answer(at, step))).not.toBe("");
    expect((await rowOf(world, connection)).status).toBe("pending");
  });

  it("takes a no: the session is discarded and the app is told", async () => {
    const { connection, token } = await newConnection(world, at);
    const browser = newBrowser(world);
    const step = await logIn(world, browser, at, token, other[broker]);
    const before = await logoutsOf(broker);
    expect(errorOf(await browser.answer(at, step, "no"))).toBe("account_declined");
    expect((await logoutsOf(broker)) - before).toBe(world.ports.brokers.traits[broker].logout ? 1 : 0);
    expect((await eventsOf(world, connection)).at(-1)).toBe("connection.login_failed account_declined");
    expect(await refusal(browser.answer(at, step))).toBe("login_unknown");
    expect((await rowOf(world, connection)).status).toBe("new");
  });

  it("takes an answer only from the browser that was asked, once, for its connection and in time", async () => {
    const { token } = await newConnection(world, at);
    const browser = newBrowser(world);
    const step = await logIn(world, browser, at, token);
    if (step.kind !== "ask_account") throw new Error(step.kind);
    const cookie = browser.cookieAt(at);
    const { connection: stranger } = await newConnection(world, at);
    const good = {
      broker,
      handle: handleOf(at),
      cookie,
      connection: step.connection,
      secret: step.secret,
      answer: "yes",
    } as const;
    const elsewhere = { tenant, broker: broker === "zebu" ? "rmoney" : "zebu" } as const;
    const wrong = [
      { ...good, cookie: undefined },
      { ...good, cookie: "A".repeat(43) },
      { ...good, secret: "" },
      { ...good, secret: `${step.secret}A` },
      { ...good, connection: stranger.id },
      { ...good, connection: "con_x" },
      { ...good, broker: "ventura" },
      { ...good, handle: handleOf(elsewhere) },
      { ...good, broker: elsewhere.broker, handle: handleOf(elsewhere) },
    ];
    for (const answer of wrong)
      expect(await refusal(answerAccount(world.ports, answer))).toBe("login_unknown");
    world.advance(600_000);
    expect(await refusal(answerAccount(world.ports, good))).toBe("login_unknown");
    world.advance(-1);
    const all = await Promise.all(
      Array.from({ length: 20 }, () => refusal(answerAccount(world.ports, good))),
    );
    expect(all.filter((code) => code === "none")).toHaveLength(1);
    expect(all.filter((code) => code === "login_unknown")).toHaveLength(19);
  });

  it("shows a swapped callback for what it is, and is not even shown where an account is expected", async () => {
    const victim = newBrowser(world);
    const attacker = newBrowser(world);
    const expected = await newConnection(world, at, { user: "V", expectedAccount: accountOf(broker) });
    const open = await newConnection(world, at, { user: "V" });
    const theirs = async () => {
      const { token } = await newConnection(world, at, { user: "A" });
      return comeBack(world, attacker, at, token, other[broker]);
    };
    for (let round = 0; round < 5; round++) {
      await victim.begin(expected.token);
      expect(errorOf(await victim.finish(at, await theirs()))).toBe("account_mismatch");
      await victim.begin(open.token);
      const step = await victim.finish(at, await theirs());
      expect(step).toMatchObject({ kind: "ask_account", account: other[broker] });
      expect(errorOf(await victim.answer(at, step, "no"))).toBe("account_declined");
    }
    for (const { connection } of [expected, open])
      expect(await rowOf(world, connection)).toMatchObject({ status: "new", generation: 0 });
  });
});

describe.each(redirectBrokers)("two logins in one browser at %s", (broker) => {
  const at = { tenant, broker };

  it("leave only the later one open at one app", async () => {
    const browser = newBrowser(world);
    const older = await newConnection(world, at);
    const newer = await newConnection(world, at);
    const olderCallback = await comeBack(world, browser, at, older.token);
    const olderCookie = browser.cookieAt(at);
    const newerCallback = await comeBack(world, browser, at, newer.token);
    expect(browser.cookieAt(at)).not.toBe(olderCookie);
    if (world.ports.brokers.traits[broker].echoesState) {
      const before = await callsAt(world, broker);
      expect(await refusal(browser.finish(at, olderCallback))).toBe("login_unknown");
      expect(await callsAt(world, broker)).toBe(before);
    }
    const step = await browser.answer(at, await browser.finish(at, newerCallback));
    expect(codeOf(step)).not.toBe("");
    expect((await rowOf(world, newer.connection)).status).toBe("pending");
    expect(await refusal(browser.finish(at, olderCallback))).toBe("login_unknown");
    expect((await rowOf(world, older.connection)).status).toBe("new");
  });

  it("live side by side at two apps", async () => {
    const elsewhere = { tenant, broker: broker === "ventura" ? "nuvama" : "ventura" } as const;
    const browser = newBrowser(world);
    const here = await comeBack(world, browser, at, (await newConnection(world, at)).token);
    const there = await comeBack(world, browser, elsewhere, (await newConnection(world, elsewhere)).token);
    expect(codeOf(await browser.answer(at, await browser.finish(at, here)))).not.toBe("");
    expect(codeOf(await browser.finish(elsewhere, there))).not.toBe("");
  });
});
