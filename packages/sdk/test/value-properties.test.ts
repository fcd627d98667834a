import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHeaderValue } from "../src/headers.js";
import {
  attemptFrom,
  type BrokerId,
  brokers,
  type Clock,
  Secret,
  type Session,
  sessionFrom,
  toStored,
} from "../src/index.js";
import { jwtEnd } from "../src/jwt.js";

const seed = 20_261_123;
const ids = Object.keys(brokers) as BrokerId[];

const secrets = fc
  .dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), { maxKeys: 4 })
  .map((texts) => Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new Secret(text)])));
const instant = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, "0"));
const clock: fc.Arbitrary<Clock> = fc.oneof(
  fc.record({ kind: fc.constant("moment" as const), at: instant }, { noNullPrototype: true }),
  fc.record({ kind: fc.constant("idle" as const), ms: fc.nat() }, { noNullPrototype: true }),
  fc.record(
    {
      kind: fc.constant("daily" as const),
      time: fc.tuple(two(23), two(59)).map((parts) => parts.join(":")),
      utcOffset: fc
        .tuple(fc.constantFrom("+", "-"), two(14), two(59))
        .map(([sign, h, m]) => `${sign}${h}:${m}`),
      by: fc.constantFrom("broker" as const, "exchanges" as const),
    },
    { noNullPrototype: true },
  ),
);
const session: fc.Arbitrary<Session> = fc
  .record(
    {
      broker: fc.constantFrom(...ids),
      account: fc.option(fc.string({ unit: "grapheme" }), { nil: undefined }),
      confirmed: fc.boolean(),
      startedAt: instant,
      usedAt: instant,
      refreshEndsAt: instant,
      clocks: fc.array(clock, { maxLength: 4 }),
      secrets,
    },
    {
      noNullPrototype: true,
      requiredKeys: ["broker", "account", "confirmed", "startedAt", "usedAt", "clocks", "secrets"],
    },
  )
  .map((value) => value as Session);
const revealed = (value: { readonly secrets: Readonly<Record<string, Secret>> }) => ({
  ...value,
  secrets: Object.entries(value.secrets).map(([name, secret]) => [name, secret.reveal()]),
});

describe("storage", () => {
  it("any session comes back from its stored text as it was", () => {
    fc.assert(
      fc.property(session, (value) => {
        const back = sessionFrom(toStored(value), value.broker);
        expect(revealed(back)).toStrictEqual(revealed(value));
      }),
      { seed, numRuns: 2000 },
    );
  });

  it("any attempt comes back from its stored text as it was", () => {
    fc.assert(
      fc.property(
        fc.record({ broker: fc.constantFrom(...ids), beganAt: instant, secrets }, { noNullPrototype: true }),
        (value) => {
          const back = attemptFrom(toStored(value), value.broker);
          expect(revealed(back)).toStrictEqual(revealed(value));
        },
      ),
      { seed, numRuns: 1000 },
    );
  });

  it("junk is a session_unreadable, never another error", () => {
    const junk = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.json().map((text) => `{"format":1,"broker":"zebu","secrets":${text}}`),
    );
    fc.assert(
      fc.property(junk, (text) => {
        for (const read of [sessionFrom, attemptFrom])
          expect(() => read(text, "zebu")).toThrow(expect.objectContaining({ code: "session_unreadable" }));
      }),
      { seed, numRuns: 3000 },
    );
  });
});

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value) ?? "").toString("base64url");

describe("a JWT's end", () => {
  it("R-10 junk has no end and fails nothing", () => {
    const junk = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.string(), { maxLength: 4 }).map((parts) => parts.join(".")),
      fc.jsonValue().map((value) => `e30.${base64url(value)}.x`),
      fc.anything().map((exp) => {
        try {
          return `e30.${base64url({ exp: typeof exp === "number" ? String(exp) : exp })}.x`;
        } catch {
          return "e30.e30.x";
        }
      }),
    );
    fc.assert(
      fc.property(junk, (text) => {
        expect(jwtEnd(text)).toBeUndefined();
      }),
      { seed, numRuns: 5000 },
    );
    for (const value of [undefined, null, 7, {}, []]) expect(jwtEnd(value as never)).toBeUndefined();
  });

  it("R-10 an exp is read in milliseconds, and one that no clock can show is none", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8_640_000_000_000 }), fc.jsonValue(), (exp, more) => {
        expect(jwtEnd(`e30.${base64url({ more, exp, "?>": "~ÿ" })}.x`)).toBe(exp * 1000);
      }),
      { seed, numRuns: 2000 },
    );
    for (const exp of [0, -1, 8_640_000_000_001, 1e300, null])
      expect(jwtEnd(`e30.${base64url({ exp })}.x`)).toBeUndefined();
  });
});

const hasControl = (text: string) =>
  [...text].some((letter) => letter !== "\t" && (letter < " " || letter === "\x7f"));

describe("what can travel in a header", () => {
  it("A-09 what is taken, the platform takes too and keeps to the letter; what the platform refuses is refused", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({
        unit: fc.integer({ min: 0, max: 0x17f }).map((code) => String.fromCharCode(code)),
        maxLength: 12,
      }),
      fc.string({ unit: fc.constantFrom("a", " ", "\t", "\r", "\n", "\0", "ÿ", "\x7f", "Ā"), maxLength: 5 }),
    );
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(text, (value) => {
        let kept: string | null = null;
        try {
          kept = new Request("http://127.0.0.1/", { headers: { "x-value": value } }).headers.get("x-value");
        } catch {
          // The platform refuses it.
        }
        const taken = isHeaderValue(value);
        seen[taken ? "taken" : "refused"]++;
        // Stricter than the platform in two things only: nothing empty, no control character but the tab.
        expect(taken).toBe(kept === value && value !== "" && !hasControl(value));
      }),
      { seed, numRuns: 20_000 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(1000);
  });
});
