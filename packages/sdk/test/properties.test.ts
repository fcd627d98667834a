import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KunjiError, type RedirectClient } from "../src/index.js";
import { readCallback } from "../src/query.js";
import { rig } from "./rig.js";
import { slowValue } from "./slow-query.js";

const { client, callback } = rig();
const seed = 20_261_123;

/** Texts of up to 2 kB with what is easily lost on the way through a URL. */
const state = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(
      "&",
      "=",
      "+",
      "%",
      "#",
      "?",
      ";",
      "/",
      "\\",
      " ",
      "\0",
      "\r",
      "\n",
      "\t",
      "%2B",
      "%00",
      "€",
      "é",
      "क",
      "😀",
      "\u202e",
      "e\u0301",
      "'",
      '"',
      "<",
    ),
    minLength: 1,
    maxLength: 60,
  }),
  fc
    .tuple(fc.constantFrom("x", "&", "+", "é", "😀"), fc.integer({ min: 1, max: 2048 }))
    .map(([letter, bytes]) => letter.repeat(Math.max(1, Math.floor(bytes / Buffer.byteLength(letter))))),
);

describe.each([
  ["ventura", "V-03"],
  ["nuvama", "N-08"],
] as const)("a state at %s", (id, row) => {
  it(`${row} whatever the state carries, it comes back unchanged and is accepted`, async () => {
    const broker = (await client(id)) as RedirectClient;
    await fc.assert(
      fc.asyncProperty(state, async (sent) => {
        const { url, attempt } = await broker.begin({ state: sent });
        expect(/^[\x21-\x7e]+$/.test(url)).toBe(true);
        const back = await callback(id, url);
        expect(new URLSearchParams(back.slice(back.indexOf("?"))).get("state")).toBe(sent);
        const session = await broker.complete(attempt, back);
        expect(session.broker).toBe(id);
      }),
      { seed, numRuns: 150 },
    );
  });

  it(`${row} a state that is one character off is refused`, async () => {
    const broker = (await client(id)) as RedirectClient;
    await fc.assert(
      fc.asyncProperty(state, fc.nat(), fc.constantFrom("+", "&", "é", "0"), async (sent, where, letter) => {
        const { url, attempt } = await broker.begin({ state: sent });
        const letters = [...sent];
        letters.splice(where % (letters.length + 1), 0, letter);
        const other = new URL(url);
        other.searchParams.set("state", letters.join(""));
        const back = await callback(id, other.href);
        await expect(broker.complete(attempt, back)).rejects.toMatchObject({ code: "state_mismatch" });
      }),
      { seed, numRuns: 40 },
    );
  });

  it(`${row} a state with half a surrogate pair is refused before anything is sent`, async () => {
    const broker = (await client(id)) as RedirectClient;
    await expect(broker.begin({ state: "a\ud800b" })).rejects.toMatchObject({
      code: "input_invalid",
      field: "state",
    });
    await expect(broker.begin({ state: "a\u{10000}b" })).resolves.toMatchObject({ attempt: { broker: id } });
  });
});

describe("query decoding", () => {
  const piece = fc.constantFrom(
    ..."abcd1é;=?+",
    ...["%2B", "%20", "%00", "%26", "%3D", "%C3%A9", "%E2%82%AC", "%f0%9f%94%91", "code"],
    ...["%", "%2", "%C0%AF", "%FF", "%ED%A0%80", "%F4%90%80%80", "%E2%82"],
  );
  const value = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."abc123+"), maxLength: 6 }),
    fc.string({ unit: piece, maxLength: 4 }),
  );
  const name = fc.constantFrom(
    "code",
    "code",
    "%63ode",
    "co%64e",
    "a",
    "x",
    "",
    "Code",
    "code[]",
    "%FFcode",
    "c+ode",
  );
  const query = fc
    .array(fc.tuple(name, fc.constantFrom("=", "=", "=", ""), value), { maxLength: 3 })
    .map((pairs) => pairs.map((parts) => parts.join("")).join("&"));
  const result = (read: () => string | undefined): string | undefined => {
    try {
      return read();
    } catch (error) {
      return error instanceof KunjiError && error.code === "callback_invalid"
        ? "(refused)"
        : `(untyped) ${error}`;
    }
  };

  it.each([false, true])("X-08 equals a decoder that goes byte by byte, with `+` kept: %s", (plus) => {
    const seen = { refused: 0, found: 0, absent: 0 };
    fc.assert(
      fc.property(query, fc.constantFrom("code", "code", "a", ""), (query, name) => {
        const url = `http://127.0.0.1:4702/callback?${query}`;
        const ours = result(() => readCallback("zebu", url).value(name, plus));
        const raw = new TextEncoder().encode(query);
        const slow = slowValue(raw, name, plus);
        expect(ours).toBe(slow);
        seen[slow === undefined ? "absent" : slow === "(refused)" ? "refused" : "found"]++;
      }),
      { seed, numRuns: 20_000 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(500);
  });
});
