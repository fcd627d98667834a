import type { BrokerId } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finishLogin } from "../../src/flows/login/finish-login.js";
import { databases } from "../support/databases.js";
import { newWorld, redirectBrokers, type TestWorld } from "../support/world.js";
import {
  type At,
  type Browser,
  callbackAt,
  codeOf,
  errorOf,
  handleOf,
  newBrowser,
} from "./support/browser.js";
import { callsAt, comeBack, logInFully, newConnection, rowOf } from "./support/logins.js";
import { expectNothing } from "./support/refused.js";

const tenant = "t";
const [[, onFile]] = databases;
let world: TestWorld;

beforeAll(async () => {
  world = await newWorld(await onFile());
  await world.addTenant(tenant, redirectBrokers);
}, 60_000);
afterAll(() => world.close());

/** A login whose browser has come back, and the callback that it is about to make. */
interface Original {
  readonly at: At;
  readonly browser: Browser;
  readonly callback: string;
}

/** Sends the forged callback. */
type Forgery = (original: Original) => Promise<unknown>;

const send = ({ at, browser }: Original, callback: string, cookie = browser.cookieAt(at)) =>
  finishLogin(world.ports, { broker: at.broker, handle: handleOf(at), callback, cookie });

const nextOf = (broker: BrokerId): BrokerId =>
  redirectBrokers[(redirectBrokers.indexOf(broker as "zebu") + 1) % redirectBrokers.length] ?? broker;

/** Another person's browser that has a login of its own open at the same app. */
async function otherBrowser(at: At): Promise<Browser> {
  const other = newBrowser(world);
  const { token } = await newConnection(world, at, { user: "somebody else" });
  await other.begin(token);
  return other;
}

const changedState = (callback: string, change: (value: string) => string): string =>
  callback.replace(/([?&])state=([^&]*)/, (_, mark: string, value: string) => `${mark}${change(value)}`);

const forgeries: Readonly<Record<string, Forgery>> = {
  "without a cookie": ({ at, callback }) =>
    finishLogin(world.ports, { broker: at.broker, handle: handleOf(at), callback, cookie: undefined }),
  "with a cookie that nobody was given": (original) => send(original, original.callback, "A".repeat(43)),
  "with a cookie cut short": (original) =>
    send(original, original.callback, original.browser.cookieAt(original.at)?.slice(1)),
  "a second too late": async (original) => {
    world.advance(9_000);
    try {
      await send(original, original.callback);
    } finally {
      world.advance(-9_000);
    }
  },
  "at another broker's app": ({ at, browser, callback }) => {
    const elsewhere = { tenant, broker: nextOf(at.broker) };
    const query = callback.slice(callback.indexOf("?"));
    return finishLogin(world.ports, {
      broker: elsewhere.broker,
      handle: handleOf(elsewhere),
      callback: callbackAt(elsewhere, query),
      cookie: browser.cookieAt(at),
    });
  },
  "under another broker's name": ({ at, browser, callback }) =>
    finishLogin(world.ports, {
      broker: nextOf(at.broker),
      handle: handleOf(at),
      callback: callback.replace(`/${at.broker}/`, `/${nextOf(at.broker)}/`),
      cookie: browser.cookieAt(at),
    }),
  "at a handle that nobody has": ({ at, browser, callback }) =>
    finishLogin(world.ports, { broker: at.broker, handle: "handle", callback, cookie: browser.cookieAt(at) }),
};

/** Where the broker returns the state, another browser that has a login open must not take it over either. */
const stateForgeries: Readonly<Record<string, Forgery>> = {
  "from another browser with a login of its own": async (original) => {
    const other = await otherBrowser(original.at);
    return send(original, original.callback, other.cookieAt(original.at));
  },
  "without a state": (original) =>
    send(
      original,
      changedState(original.callback, () => "x=y"),
    ),
  "with another state": (original) =>
    send(
      original,
      changedState(original.callback, () => `state=${"A".repeat(43)}`),
    ),
  "with the state twice": (original) =>
    send(
      original,
      changedState(original.callback, (value) => `state=${value}&state=${value}`),
    ),
  "with an empty state": (original) =>
    send(
      original,
      changedState(original.callback, () => "state="),
    ),
};

/** A login that came back after nine minutes and 52 seconds. */
async function original(broker: BrokerId) {
  const at = { tenant, broker };
  const browser = newBrowser(world);
  const { connection, token } = await newConnection(world, at);
  const loginUrl = await browser.begin(token);
  world.advance(592_000);
  const callback = callbackAt(at, await world.logIn(broker, loginUrl));
  return { at, browser, callback, connection };
}

describe.each(redirectBrokers)("a callback of %s", (broker) => {
  const echoesState = broker === "ventura" || broker === "nuvama";
  const tried = Object.entries({ ...forgeries, ...(echoesState ? stateForgeries : {}) });

  it.each(tried)(
    "%s brings nothing, and takes nothing from the login that it aims at",
    async (_, forgery) => {
      const { connection, ...login } = await original(broker);
      await expectNothing(world, broker, connection, () => forgery(login));
      const step = await login.browser.answer(login.at, await login.browser.finish(login.at, login.callback));
      expect(codeOf(step)).not.toBe("");
      expect((await rowOf(world, connection)).status).toBe("pending");
    },
  );

  it("brings nothing a second time", async () => {
    const { connection, ...login } = await original(broker);
    const cookie = login.browser.cookieAt(login.at);
    const step = await login.browser.answer(login.at, await login.browser.finish(login.at, login.callback));
    expect(codeOf(step)).not.toBe("");
    await expectNothing(world, broker, connection, () => send(login, login.callback, cookie));
  });

  it("is refused from ten minutes on, to the millisecond", async () => {
    const at = { tenant, broker };
    const browser = newBrowser(world);
    const { connection, token } = await newConnection(world, at);
    const loginUrl = await browser.begin(token);
    world.advance(600_000);
    const callback = callbackAt(at, await world.logIn(broker, loginUrl));
    await expectNothing(world, broker, connection, () => browser.finish(at, callback));
    world.advance(-1);
    expect(codeOf(await browser.answer(at, await browser.finish(at, callback)))).not.toBe("");
  });

  it("that another broker made is refused without a call, however whole it looks", async () => {
    const elsewhere = { tenant, broker: nextOf(broker) };
    const other = newBrowser(world);
    const foreign = await comeBack(world, other, elsewhere, (await newConnection(world, elsewhere)).token);
    const at = { tenant, broker };
    const browser = newBrowser(world);
    const { token } = await newConnection(world, at);
    await browser.begin(token);
    const before = await callsAt(world, broker);
    const callback = callbackAt(at, foreign);
    // Where no state comes back the browser's own login is used up by it, and the app is told.
    const outcome = await browser.finish(at, callback).then(errorOf, (error) => Reflect.get(error, "code"));
    expect(["login_unknown", "callback_invalid", "login_denied"]).toContain(outcome);
    expect(await callsAt(world, broker)).toBe(before);
    const { token: next } = await newConnection(world, at);
    expect(codeOf(await logInFully(world, browser, at, next))).not.toBe("");
  });
});
