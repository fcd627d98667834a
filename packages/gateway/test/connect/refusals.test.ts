import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { confirmConnection } from "../../src/flows/confirm-connection.js";
import { expireLogins } from "../../src/flows/expire-logins.js";
import { finishLogin } from "../../src/flows/login/finish-login.js";
import { StoreProblem } from "../../src/ports/store-problem.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { codeOf, errorOf, handleOf, newBrowser } from "./support/browser.js";
import { comeBack, eventsOf, logInFully, newConnection, refusal, rowOf } from "./support/logins.js";

const at = { tenant: "t", broker: "ventura" } as const;

describe.each(databases)("a login that fails on %s", (_name, make) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await newWorld(await make());
    await world.addTenant("t");
  }, 60_000);
  afterAll(() => world.close());

  const fault = (broker: string, name: string) =>
    world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ broker, fault: name }),
    });

  it.each([
    ["internal-error", "broker_unavailable"],
    ["reset-before-answer", "network_failed"],
    ["not-json", "answer_unreadable"],
    ["redirect-307", "redirect_refused"],
    ["too-many-requests", "rate_limited"],
  ])("by the fault %s leads back to the app with a code, and a new one succeeds", async (name, code) => {
    const browser = newBrowser(world);
    const { connection, token } = await newConnection(world, at);
    const callback = await comeBack(world, browser, at, token);
    await fault("ventura", name);
    expect(errorOf(await browser.finish(at, callback))).toBe(code);
    expect(browser.cookieAt(at)).toBeUndefined();
    expect((await eventsOf(world, connection)).at(-1)).toBe(`connection.login_failed ${code}`);
    expect(world.signalled).toContain(`login refused ventura ${code}`);
    expect((await rowOf(world, connection)).status).toBe("new");
    expect(codeOf(await logInFully(world, browser, at, token))).not.toBe("");
  });

  it("because the user declined says so", async () => {
    const there = { tenant: "t", broker: "zebu" } as const;
    const browser = newBrowser(world);
    const { connection, token } = await newConnection(world, there);
    const callback = await comeBack(world, browser, there, token, "ZP0336");
    expect(errorOf(await browser.finish(there, callback))).toBe("login_denied");
    expect((await eventsOf(world, connection)).at(-1)).toBe("connection.login_failed login_denied");
  });

  it("because the database is away is never called unknown, and used up nothing where it could not", async () => {
    const browser = newBrowser(world);
    const { connection, token } = await newConnection(world, at);
    const callback = await comeBack(world, browser, at, token);
    const away = async () => {
      throw new StoreProblem("store_unreachable", "away");
    };
    const { store } = world;
    const broken = [
      { ...store, waysIn: { ...store.waysIn, app: away } },
      { ...store, attempts: { ...store.attempts, take: away } },
    ];
    const from = { ...at, handle: handleOf(at), callback, cookie: browser.cookieAt(at) };
    const before = (await world.ledger("ventura")).length;
    for (const one of broken)
      expect(await refusal(finishLogin({ ...world.ports, store: one }, from))).toBe("store_unreachable");
    expect(await world.ledger("ventura")).toHaveLength(before);
    const code = codeOf(await browser.finish(at, callback));
    const confirmation = { code, user: "u1" };
    const confirm = (ports = world.ports) => confirmConnection(ports, "t", connection.id, confirmation);
    const noCodes = { ...store, codes: { ...store.codes, find: away } };
    const noCommit: typeof store.transaction = (work) =>
      store.transaction(async (parts) => {
        await work(parts);
        return away();
      });
    const heard = (await world.ledger("ventura")).length;
    for (const one of [noCodes, { ...store, transaction: noCommit }])
      expect(await refusal(confirm({ ...world.ports, store: one }))).toBe("store_unreachable");
    expect(await world.ledger("ventura")).toHaveLength(heard);
    expect((await confirm()).status).toBe("active");
  });

  it("because nobody confirmed it in time is over, and told", async () => {
    const { connection, token } = await newConnection(world, at);
    const code = codeOf(await logInFully(world, newBrowser(world), at, token));
    world.advance(599_999);
    expect(await expireLogins(world.ports)).toBeGreaterThanOrEqual(0);
    expect((await rowOf(world, connection)).status).toBe("pending");
    world.advance(1);
    expect(await expireLogins(world.ports)).toBeGreaterThanOrEqual(1);
    expect(await rowOf(world, connection)).toMatchObject({ status: "new", reason: "confirmation_expired" });
    expect((await eventsOf(world, connection)).at(-1)).toBe("connection.login_failed confirmation_expired");
    expect(await expireLogins(world.ports)).toBe(0);
    const late = confirmConnection(world.ports, "t", connection.id, { code, user: "u1" });
    expect(await refusal(late)).toBe("code_refused");
    expect(await world.store.dueWork.forgetExpired(world.now())).toBe(0);
  });

  it("is logged out at the broker when nobody confirmed it in time, and lives on where somebody did", async () => {
    const logouts = async () =>
      (await world.ledger(at.broker)).filter(({ path }) => /logo(?:ut|ff)/i.test(path)).length;
    const before = await logouts();
    const { connection, token } = await newConnection(world, at);
    const code = codeOf(await logInFully(world, newBrowser(world), at, token));
    const late = await newConnection(world, at);
    await logInFully(world, newBrowser(world), at, late.token);
    await confirmConnection(world.ports, "t", connection.id, { code, user: "u1" });
    world.advance(599_999);
    await expireLogins(world.ports);
    expect(await logouts()).toBe(before);
    world.advance(1);
    await expireLogins(world.ports);
    expect(await logouts()).toBe(before + 1);
    expect((await rowOf(world, connection)).status).toBe("active");
    await expireLogins(world.ports);
    expect(await logouts()).toBe(before + 1);
  });

  it("leaves the waiting session of another login alone when it expires", async () => {
    const { connection, token } = await newConnection(world, at);
    await logInFully(world, newBrowser(world), at, token);
    world.advance(300_000);
    const second = codeOf(await logInFully(world, newBrowser(world), at, token));
    world.advance(300_000);
    await expireLogins(world.ports);
    expect((await rowOf(world, connection)).status).toBe("pending");
    const active = await confirmConnection(world.ports, "t", connection.id, { code: second, user: "u1" });
    expect(active.status).toBe("active");
  });
});
