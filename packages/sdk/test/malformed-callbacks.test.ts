import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  type Attempt,
  type BrokerId,
  brokers,
  codes,
  KunjiError,
  type RedirectClient,
} from "../src/index.js";
import { parameters, type Right, shapes, text, type Verdict } from "./malformed-shapes.js";
import { stateShapes } from "./malformed-states.js";
import { rig } from "./rig.js";

const { client, callback, steer } = rig();

const redirectBrokers = Object.values(brokers)
  .map(({ traits }) => traits)
  .filter(({ login }) => login === "redirect");
const otherOf = (id: BrokerId): BrokerId => (id === "zebu" ? "ventura" : "zebu");

interface Begun {
  readonly broker: RedirectClient;
  readonly attempt: Attempt;
  readonly right: Right;
}

const clients = new Map<BrokerId, RedirectClient>();

async function redirectClient(id: BrokerId): Promise<RedirectClient> {
  const known = clients.get(id) ?? ((await client(id)) as RedirectClient);
  clients.set(id, known);
  return known;
}

async function login(id: BrokerId): Promise<{ broker: RedirectClient; attempt: Attempt; url: string }> {
  const broker = await redirectClient(id);
  const { url, attempt } = await broker.begin();
  return { broker, attempt, url: await callback(id, url) };
}

const foreigners = new Map<BrokerId, string>();

/** A callback that is right at that broker, never used. */
async function foreign(id: BrokerId): Promise<string> {
  const url = foreigners.get(id) ?? (await login(id)).url;
  foreigners.set(id, url);
  return url;
}

async function begun(id: BrokerId): Promise<Begun> {
  const { broker, attempt, url } = await login(id);
  const [base = "", query = ""] = url.split("?");
  const pairs = query.split("&").map((pair) => {
    const [, name = "", raw = ""] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    return [name, raw] as const;
  });
  const [main, plain] = parameters[id] ?? ["", ""];
  const right = { base, pairs, main, plain, foreign: await foreign(otherOf(id)) };
  expect(text(right)).toBe(url);
  return { broker, attempt, right };
}

let newest = 0;

/** How many calls the brokers, whichever, have received since it was last asked. */
async function received(): Promise<number> {
  const entries = (await steer(`ledger?after=${newest}`)) as readonly { readonly id: number }[];
  newest = entries.at(-1)?.id ?? newest;
  return entries.length;
}

/** Completes with a callback that must be refused, and with nothing but a code to show for it. */
async function refused({ broker, attempt, right }: Begun, given: unknown): Promise<KunjiError> {
  await received();
  const error: unknown = await broker.complete(attempt, given as string).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KunjiError);
  const known = error as KunjiError;
  expect(Object.keys(codes)).toContain(known.code);
  expect(await received()).toBe(0);
  const shown = [String(known), known.stack, JSON.stringify(known), inspect(known, { depth: 9 })].join("\n");
  for (const [name, raw] of right.pairs) if (name !== "login_success") expect(shown).not.toContain(raw);
  for (const part of ["intruder", "evil", "Cookie", "é", "yyyy", "cccc", "%0"])
    expect(shown).not.toContain(part);
  return known;
}

function codeFor(verdict: Verdict, { id, echoesState }: { id: BrokerId; echoesState: boolean }): string {
  if (verdict === "malformed") return "callback_invalid";
  if (verdict === "elsewhere") return "attempt_mismatch";
  if (verdict === "bare" && echoesState) return "state_mismatch";
  // A callback without a code is how Zebu says that the user declined.
  return id === "zebu" ? "login_denied" : "callback_invalid";
}

describe.each(redirectBrokers)("$name", (traits) => {
  const { id } = traits;

  async function stillWorks({ broker, attempt, right }: Begun) {
    const session = await broker.complete(attempt, text(right));
    expect(Object.values(session.secrets)[0]?.reveal()).toBeTruthy();
  }

  it.each(shapes)("X-08 a callback is refused and costs nothing: %s", async (_, verdict, make) => {
    const flow = await begun(id);
    const { code } = await refused(flow, make(flow.right));
    expect(code).toBe(codeFor(verdict, traits));
    await stillWorks(flow);
  });

  it("X-08 parameters that nobody knows do no harm, given twice or empty", async () => {
    const flow = await begun(id);
    const url = `${text(flow.right)}&lang=&lang=en&__proto__=x&%C3%A9=1&flag#top`;
    await received();
    await flow.broker.complete(flow.attempt, url);
    // The count that stands still for the others moves for this one; Nuvama alone exchanges nothing.
    expect(await received()).toBe(id === "nuvama" ? 0 : 1);
  });

  it("X-08 a right callback is taken as a URL object too, whatever the order of its parameters", async () => {
    const { broker, attempt, right } = await begun(id);
    await broker.complete(attempt, new URL(text({ ...right, pairs: right.pairs.toReversed() })));
  });

  it("X-02 a callback is used once: the second time nothing is sent", async () => {
    const flow = await begun(id);
    await stillWorks(flow);
    expect((await refused(flow, text(flow.right))).code).toBe("attempt_used");
  });

  it("X-03 another broker's attempt is refused with this broker's callback", async () => {
    const flow = await begun(id);
    const other = await (await redirectClient(otherOf(id))).begin();
    const mixed = { ...flow, attempt: other.attempt };
    expect((await refused(mixed, text(flow.right))).code).toBe("attempt_mismatch");
    await stillWorks(flow);
  });

  it("X-03 a callback is not exchanged at another broker, and its own broker still takes it", async () => {
    const flow = await begun(id);
    const other = await begun(otherOf(id));
    expect((await refused(other, text(flow.right))).code).toBe("attempt_mismatch");
    await stillWorks(flow);
    await other.broker.complete(other.attempt, text(other.right));
  });
});

describe.each(redirectBrokers.filter(({ echoesState }) => echoesState))("$name's state", ({ id }) => {
  it.each(stateShapes)("X-02 a state is refused and nothing is sent: %s", async (_, code, make) => {
    const flow = await begun(id);
    expect((await refused(flow, make(flow.right))).code).toBe(code);
    await flow.broker.complete(flow.attempt, text(flow.right));
  });

  it("X-02 an attempt that has lost its state is refused", async () => {
    const flow = await begun(id);
    const { state: _, ...secrets } = flow.attempt.secrets;
    const lost = { ...flow, attempt: { ...flow.attempt, secrets } };
    expect((await refused(lost, text(flow.right))).code).toBe("state_mismatch");
    await flow.broker.complete(flow.attempt, text(flow.right));
  });

  it("X-09 a callback of another attempt consumes neither", async () => {
    const mine = await begun(id);
    const theirs = await begun(id);
    expect((await refused(mine, text(theirs.right))).code).toBe("state_mismatch");
    expect((await refused(theirs, text(mine.right))).code).toBe("state_mismatch");
    await mine.broker.complete(mine.attempt, text(mine.right));
    await theirs.broker.complete(theirs.attempt, text(theirs.right));
  });
});
