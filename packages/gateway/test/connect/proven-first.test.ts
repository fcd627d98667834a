import { fingerprint } from "@kunji/sandbox";
import type { BrokerId } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBrokers } from "../../src/adapters/brokers/sdk-brokers.js";
import { databases } from "../support/databases.js";
import { allBrokers, newWorld, type TestWorld } from "../support/world.js";
import { codeOf, newBrowser } from "./support/browser.js";
import { eventsOf, logIn, logInFully, newConnection, rowOf } from "./support/logins.js";

const tenant = "t";

describe.each(databases)("a new session, on %s", (_name, make) => {
  let world: TestWorld;
  /** The same gateway, which notes what it seals to wait for a word, and meets `atProof` at the broker's first call. */
  let watched: TestWorld;
  let sealed = 0;
  let atProof: (() => Promise<Response | undefined>) | undefined;

  /** The broker's first call for the user who logs in. */
  function firstCall(broker: BrokerId) {
    const { method, path, account } = world.ports.brokers.traits[broker].firstCall;
    const [{ username }] = world.presets[broker].users;
    return { method, path: account ? path.replaceAll(account, username) : path };
  }

  beforeAll(async () => {
    world = await newWorld(await make());
    await world.addTenant(tenant);
    const { sandboxUrl, now, ports } = world;
    const isProof = (url: string): boolean =>
      allBrokers.some((broker) => new URL(url).pathname.endsWith(firstCall(broker).path));
    const fetched = async (url: string, init: RequestInit): Promise<Response> =>
      (isProof(url) ? await atProof?.() : undefined) ?? fetch(url, init);
    const vault: typeof ports.vault = {
      ...ports.vault,
      seal(slot, secret) {
        if (slot.kind === "code") sealed++;
        return ports.vault.seal(slot, secret);
      },
    };
    const brokers = createBrokers({ sandboxUrl, now, timeoutMs: 2_000, fetch: fetched });
    watched = { ...world, ports: { ...ports, vault, brokers } };
  }, 60_000);
  afterAll(() => world.close());

  it.each(allBrokers)(
    "at %s is proven by the broker's first call, before anybody gets a code",
    async (broker) => {
      const at = { tenant, broker };
      const { token } = await newConnection(world, at);
      const before = (await world.ledger(broker)).length;
      const browser = newBrowser(world);
      const step = await logIn(world, browser, at, token);
      const sent = (await world.ledger(broker)).slice(before);
      const { method, path } = firstCall(broker);
      // The ledger shows what it doesn't know of a path as a fingerprint.
      const proof = `${method} 200 ${path.replace("@me", fingerprint("@me"))}`;
      const lines = sent.map(
        (entry) => `${entry.method} ${entry.status} ${entry.path.replace(/^\/api/, "")}`,
      );
      // What made the session came before, at the brokers that have an exchange or a password.
      if (broker !== "nuvama") expect(lines.length).toBeGreaterThan(1);
      expect(lines.filter((line) => line === proof)).toEqual([proof]);
      expect(lines.at(-1)).toBe(proof);
      expect(codeOf(await browser.answer(at, step))).not.toBe("");
      expect((await world.ledger(broker)).length).toBe(before + sent.length);
    },
  );

  const refusals: readonly (readonly [string, (broker: BrokerId) => Promise<Response | undefined>])[] = [
    ["fails", async () => new Response("", { status: 500 })],
    [
      "is refused, since the session has ended meanwhile",
      async (broker) => {
        const path = `${world.sandboxUrl}/_sandbox/${broker}/sessions/end`;
        const headers = { "content-type": "application/json" };
        await world.sandbox.fetch(path, { method: "POST", headers, body: "{}" });
        return undefined;
      },
    ],
  ];

  describe.each(refusals)("whose first call %s", (_what, meet) => {
    it.each(allBrokers)("at %s waits for nobody: there is no code and no account page", async (broker) => {
      const at = { tenant, broker };
      const { connection, token } = await newConnection(world, at);
      sealed = 0;
      let met = 0;
      atProof = () => {
        met++;
        return meet(broker);
      };
      const step = await logIn(watched, newBrowser(watched), at, token);
      atProof = undefined;
      expect(met).toBe(1);
      const back = step.kind === "go" ? [...new URL(step.to).searchParams.keys()] : [step.kind];
      expect(back).toEqual(["connection", "error"]);
      expect(sealed).toBe(0);
      expect(await rowOf(world, connection)).toMatchObject({ status: "new", sealedSession: null });
      expect((await eventsOf(world, connection)).at(-1)).toMatch(/^connection\.login_failed /);
      // With a first call that succeeds the same link leads to a code.
      expect(codeOf(await logInFully(watched, newBrowser(watched), at, token))).not.toBe("");
      expect(sealed).toBeGreaterThan(0);
    });
  });
});
