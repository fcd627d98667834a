import { inspect } from "node:util";
import { faults } from "@kunji/sandbox";
import { afterEach, describe, expect, it } from "vitest";
import { type BrokerId, brokers, type Code, KunjiError } from "../src/index.js";
import { autoshares, nuvama, rmoney, ventura, zebu } from "../src/wire.js";
import { httpRig } from "./http-rig.js";

const { origin, readyToLogIn, fault, clearFaults, received } = httpRig();
afterEach(clearFaults);

/** The one login call of each broker that carries its keys, its code or a password. */
const endpoints: Readonly<Record<BrokerId, string>> = {
  ventura: ventura.paths.exchange,
  autoshares: autoshares.base + autoshares.paths.token,
  nuvama: nuvama.paths.loginVendor.replace("{vendor}", "TEST2"),
  zebu: zebu.paths.exchange,
  rmoney: rmoney.paths.exchange,
};

interface Expected {
  readonly code: Code;
  readonly status?: number;
  readonly retryAfterS?: number;
  readonly timeoutMs?: number;
  /** The row of the conformance list. */
  readonly row?: "X-05" | "X-07";
}

const unreadable: Expected = { code: "answer_unreadable", row: "X-05" };
const tooLarge: Expected = { code: "answer_too_large", status: 200, row: "X-05" };
const redirected = (status: number): Expected => ({ code: "redirect_refused", status, row: "X-07" });

/** What each fault of the catalogue comes out as; `null` where the answer is still good. */
const expected: Readonly<Record<string, Expected | null>> = {
  "reset-before-answer": { code: "network_failed" },
  "reset-mid-body": { code: "network_failed", row: "X-05" },
  "reset-after-body": null,
  // Long enough for the request to get there on a machine that is busy.
  slow: { code: "timed_out", timeoutMs: 2_000 },
  endless: tooLarge,
  "cut-short": { code: "network_failed", row: "X-05" },
  "wrong-length": unreadable,
  "gzip-bomb": tooLarge,
  "redirect-301": redirected(301),
  "redirect-302": redirected(302),
  "redirect-303": redirected(303),
  "redirect-307": redirected(307),
  "redirect-308": redirected(308),
  "not-json": unreadable,
  "wrong-types": unreadable,
  "missing-field": unreadable,
  "extra-fields": null,
  "ok-without-token": unreadable,
  "duplicate-keys": unreadable,
  "html-error-page": { code: "broker_unavailable", status: 502, row: "X-05" },
  "too-many-requests": { code: "rate_limited", status: 429, retryAfterS: 30 },
  "internal-error": { code: "broker_unavailable", status: 500 },
  "huge-answer": tooLarge,
};

/** A refusal in which the broker repeats the request: each broker's words are in another place. */
const echoed: Readonly<Record<BrokerId, Code>> = {
  ventura: "exchange_refused",
  autoshares: "keys_refused",
  nuvama: "answer_unreadable",
  zebu: "exchange_refused",
  rmoney: "exchange_refused",
};

const ids = Object.values(brokers).map(({ traits }) => traits.id);
const onTheWay = faults.filter(({ kind }) => kind !== "identity").map(({ name }) => name);

function expectSilent(error: KunjiError, secrets: readonly string[]): void {
  const shown = [error.stack, inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error)].join(
    "\n",
  );
  for (const secret of secrets) if (secret.length > 5) expect(shown).not.toContain(secret);
  // The platform's own messages and their causes repeat addresses and input.
  expect(error.cause).toBeUndefined();
  if (error.detail) return;
  expect(shown).not.toMatch(
    /ECONNRESET|fetch failed|terminated|127\.0\.0\.1:\d|Unexpected token|DOMException/,
  );
}

async function failed(send: () => Promise<object>): Promise<KunjiError> {
  const error: unknown = await send().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KunjiError);
  return error as KunjiError;
}

it("every fault on the way and in the answer has an expectation here", () => {
  expect([...Object.keys(expected), "echo"].sort()).toEqual([...onTheWay].sort());
});

describe.each(ids)("at %s's login", (id) => {
  const row = (name: string) => (expected[name]?.row ? `${expected[name].row} ` : "");

  it.each(onTheWay.filter((name) => name !== "echo").map((name) => [`${row(name)}${name}`, name] as const))(
    "%s is told by a typed error that holds no secret, and the next login works",
    async (_, name) => {
      const expectation = expected[name] ?? null;
      const { send, secrets } = await readyToLogIn(id, { timeoutMs: expectation?.timeoutMs ?? 10_000 });
      await fault(id, name, { path: endpoints[id] });
      await received();
      if (expectation) {
        const error = await failed(send);
        const { code, status, retryAfterS } = expectation;
        expect([error.code, error.broker]).toEqual([code, id]);
        if (status) expect(error.status).toBe(status);
        expect(error.retryAfterS).toBe(retryAfterS);
        expectSilent(error, secrets);
      } else {
        const yielded = await send();
        expect(inspect(yielded)).not.toContain("polluted");
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }
      // One request reached the broker, none was sent again, and the trap has seen nothing.
      const calls = await received();
      expect(calls.filter(({ broker }) => broker === id)).toHaveLength(1);
      expect(calls.filter(({ path }) => path === "/_sandbox/trap")).toEqual([]);
      expect(inspect(await (await readyToLogIn(id)).send(), { depth: 9 })).toContain("[secret]");
    },
  );

  it("X-05 a refusal that repeats the request is told without the request's secrets", async () => {
    const { send, secrets } = await readyToLogIn(id);
    await fault(id, "echo", { path: endpoints[id] });
    const error = await failed(send);
    expect([error.code, error.status]).toEqual([echoed[id], 400]);
    expectSilent(error, secrets);
    if (id !== "nuvama") expect(error.detail).toBeTruthy();
  });

  it.each([301, 302, 303, 307, 308])(
    "X-07 an ordinary fetch does follow the %d into the trap",
    async (status) => {
      await fault(id, `redirect-${status}`, { path: endpoints[id] });
      await received();
      const headers = {
        "content-type": "application/json",
        "x-app-key": "k",
        sourcetoken: "t",
        password: "p",
      };
      const response = await fetch(`${origin()}/${id}${endpoints[id]}`, {
        method: "POST",
        headers,
        body: "{}",
      });
      expect(await response.json()).toMatchObject({ trap: true });
      expect((await received()).filter(({ path }) => path === "/_sandbox/trap")).toHaveLength(1);
    },
  );
});
