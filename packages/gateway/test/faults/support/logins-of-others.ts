import { createCipheriv, randomBytes } from "node:crypto";
import { type BrokerId, Secret } from "kunji";
import { hashOf } from "../../../src/domain/hashed.js";
import { confirmConnection } from "../../../src/flows/confirm-connection.js";
import { expireLogins } from "../../../src/flows/expire-logins.js";
import { type At, callbackAt, codeOf, errorOf, newBrowser } from "../../connect/support/browser.js";
import {
  comeBack,
  eventsOf,
  logInFully,
  newConnection,
  refusal,
  rowOf,
} from "../../connect/support/logins.js";
import { allBrokers, type TestWorld } from "../../support/world.js";

const tenant = "t";
const tenMinutes = 600_000;
const hashed = (code: string): string => Buffer.from(hashOf("code", new Secret(code))).toString("hex");

/** Brokers that return no `state`, each with another user whose login goes through. */
const stateless = [
  ["zebu", "ZP0447"],
  ["rmoney", "I10263"],
] as const satisfies readonly (readonly [BrokerId, string])[];

/** Callbacks that two browsers have made in each other's place. */
export interface Swaps {
  callbacks: number;
  /** Pages that named the account, another than the browser's own; never where one was expected. */
  asked: number;
  askedThoughExpected: number;
  /** Connections that became more than new by a callback that was not their own. */
  connected: number;
  /** Controls: the same two browsers with their own callbacks, all of which go through. */
  controls: number;
  controlsFailed: number;
}

/** Lets two people log in at one broker, and each browser make the other's callback. @param count of callbacks */
export async function swapCallbacks(world: TestWorld, count: number): Promise<Swaps> {
  const found: Swaps = {
    callbacks: 0,
    asked: 0,
    askedThoughExpected: 0,
    connected: 0,
    controls: 0,
    controlsFailed: 0,
  };
  for (let round = 0; found.callbacks < count; round++) {
    const [broker, second] = stateless[round % stateless.length] ?? stateless[0];
    const at = { tenant, broker };
    const users = [world.presets[broker].users[0].username, second] as const;
    const isExpected = round % 4 < 2;
    /** Two browsers, each about to make a callback of its own. */
    const bothBegin = () =>
      Promise.all(
        users.map(async (username) => {
          const browser = newBrowser(world);
          const wish = isExpected ? { expectedAccount: username } : {};
          const { connection, token } = await newConnection(world, at, wish);
          return { browser, connection, callback: await comeBack(world, browser, at, token, username) };
        }),
      );
    const swapped = await bothBegin();
    for (const [i, { browser, connection }] of swapped.entries()) {
      const { callback } = swapped[1 - i] as (typeof swapped)[number];
      const step = await browser.finish(at, callback);
      found.callbacks++;
      if (step.kind === "ask_account") {
        if (isExpected) found.askedThoughExpected++;
        else if (step.account === users[1 - i]) found.asked++;
        await browser.answer(at, step, "no");
      }
      if ((await rowOf(world, connection)).status !== "new") found.connected++;
    }
    // One in ten rounds, each browser with its own.
    if (round % 10 === 0)
      for (const { browser, connection, callback } of await bothBegin()) {
        const code = codeOf(await browser.answer(at, await browser.finish(at, callback)));
        const { status } = await confirmConnection(world.ports, tenant, connection.id, { code, user: "u1" });
        found.controls++;
        if (status !== "active") found.controlsFailed++;
      }
  }
  return found;
}

/** Logins that one user began and another finished. */
export interface Finished {
  logins: number;
  /** Of those, connections that became active. */
  active: number;
  /** Sessions that were still on file ten minutes later. */
  left: number;
  controls: number;
  controlsFailed: number;
}

/** Lets A begin and V finish at every broker: V's server is asked in turn, or nobody's. @param times at each broker */
export async function finishForOthers(world: TestWorld, times: number): Promise<Finished> {
  const found: Finished = { logins: 0, active: 0, left: 0, controls: 0, controlsFailed: 0 };
  for (const broker of allBrokers)
    for (let n = 0; n < times; n++) {
      const at = { tenant, broker };
      const { connection, token } = await newConnection(world, at, { user: "A" });
      const code = codeOf(await logInFully(world, newBrowser(world), at, token));
      const confirm = (user: string) => confirmConnection(world.ports, tenant, connection.id, { code, user });
      const claim = { connection: connection.id, hash: hashed(code), now: world.now() };
      if (!(await world.store.codes.find(tenant, claim)))
        throw new Error("Nothing waits for a confirmation.");
      if (n % 2 === 0) await refusal(confirm("V"));
      world.advance(tenMinutes);
      await expireLogins(world.ports);
      await refusal(confirm("A"));
      const { status, sealedSession } = await rowOf(world, connection);
      found.logins++;
      if (status === "active") found.active++;
      const waits = await world.store.codes.find(tenant, { ...claim, now: 0 });
      if (sealedSession || waits) found.left++;
      if (n % 5 !== 0) continue;
      const own = await newConnection(world, at, { user: "V" });
      const good = codeOf(await logInFully(world, newBrowser(world), at, own.token));
      const confirmed = await confirmConnection(world.ports, tenant, own.connection.id, {
        code: good,
        user: "V",
      });
      found.controls++;
      if (confirmed.status !== "active") found.controlsFailed++;
    }
  return found;
}

/** Nuvama's callbacks with tokens that its broker never gave. */
export interface Forged {
  tokens: number;
  /** Of those, how many opened: their padding was right. All are refused by the proof. */
  opened: number;
  /** Different answers to the browser. */
  answers: string[];
  /** Attempts that a second callback, with the right token, still found. */
  notConsumed: number;
  accepted: number;
  controls: number;
  controlsFailed: number;
}

export async function forgeTokens(world: TestWorld, tokens: number): Promise<Forged> {
  const at: At = { tenant, broker: "nuvama" };
  const found: Forged = {
    tokens: 0,
    opened: 0,
    answers: [],
    notConsumed: 0,
    accepted: 0,
    controls: 0,
    controlsFailed: 0,
  };
  const { pwd = "" } = world.presets.nuvama.apps.gateway;
  const tokenIn = (callback: string): Buffer => {
    const [, raw = ""] = /[?&]encrTkn=([^&]*)/.exec(callback) ?? [];
    return Buffer.from(decodeURIComponent(raw), "base64");
  };
  const flipped = (bytes: Buffer, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
    return copy;
  };
  /** What somebody could make who knows the app's password. */
  const sealed = (loginUrl: string): Buffer => {
    const vendorToken = new URL(loginUrl).searchParams.get("ordsrctkn") ?? "";
    const cipher = createCipheriv("aes-256-cbc", pwd + vendorToken.slice(-16), Buffer.alloc(16));
    return Buffer.concat([cipher.update("forged"), cipher.final()]);
  };
  const browser = newBrowser(world);
  const { connection, token } = await newConnection(world, at);
  const answers = new Set<string>();
  for (let n = 0; n < tokens; n++) {
    const loginUrl = await browser.begin(token);
    const callback = callbackAt(at, await world.logIn("nuvama", loginUrl));
    const cookie = browser.cookieAt(at);
    const original = tokenIn(callback);
    // Mostly those whose padding may come right by chance, as an oracle is asked.
    const forged =
      n % 8 === 0
        ? [sealed(loginUrl), original.subarray(0, 16), original.subarray(0, -1), randomBytes(16)][(n / 8) % 4]
        : n % 2 === 0
          ? flipped(original, n % original.length)
          : randomBytes(original.length);
    const raw = encodeURIComponent((forged ?? original).toString("base64"));
    const step = await browser.finish(
      at,
      callback.replace(/([?&]encrTkn=)[^&]*/, (_, name: string) => name + raw),
    );
    answers.add(`${step.kind} ${errorOf(step)} ${JSON.stringify("cookie" in step && step.cookie)}`);
    found.tokens++;
    if ((await refusal(browser.finish(at, callback, cookie))) !== "login_unknown") found.notConsumed++;
    if (n % 64 !== 63) continue;
    const good = await comeBack(world, browser, at, token);
    found.controls++;
    if (codeOf(await browser.finish(at, good)) === "") found.controlsFailed++;
  }
  const reasons = (await eventsOf(world, connection)).filter((one) =>
    one.startsWith("connection.login_failed"),
  );
  found.opened = reasons.filter((one) => !one.endsWith("decryption_failed")).length;
  found.accepted = tokens - reasons.length;
  found.answers = [...answers];
  return found;
}
