import { describe, expect, it } from "vitest";
import type { KunjiError } from "../src/index.js";
import { read, refusal, token, unexpected, words } from "../src/judge.js";
import type { StepAnswer } from "../src/send.js";

const answer = (facts: Partial<StepAnswer> = {}): StepAnswer => ({
  status: 200,
  headers: new Headers(),
  body: undefined,
  sent: [],
  ...facts,
});
const said = (text: unknown, ...sent: string[]) => words(answer({ sent }), text);

/** What a function throws. */
function thrown(does: () => unknown): KunjiError {
  try {
    does();
  } catch (error) {
    return error as KunjiError;
  }
  throw new Error("It succeeded.");
}

describe("the broker's own words", () => {
  it("are kept as they came, in any script", () => {
    expect(said("Invalid Input :  INVALID_VERIFIER ~ ₹ é\xa0\uffff")).toBe(
      "Invalid Input :  INVALID_VERIFIER ~ ₹ é\xa0\uffff",
    );
    expect(said("")).toBe("");
  });

  it.each([undefined, null, 7, true, {}, ["words"]])("are none where %s stands in their place", (text) => {
    expect(said(text)).toBeUndefined();
    expect(said("words")).toBe("words");
  });

  it("lose what does not print, a run of it for one blank", () => {
    expect(said("one\r\n\ttwo\x7fthree\x80\x9ffour")).toBe("one two three four");
  });

  it("end after 200 characters, counted without what was cut out", () => {
    expect(said("x".repeat(200))).toBe("x".repeat(200));
    expect(said("x".repeat(201))).toBe("x".repeat(200));
    expect(said(`${"\n".repeat(300)}y`)).toBe(" y");
    expect(said(`${"secretsecret".repeat(20)}y`, "secretsecret".repeat(20))).toBe("[secret]y");
  });

  it("are looked at no further than 4096 characters in", () => {
    expect(said(`${"\n".repeat(4095)}yz`)).toBe(" y");
  });

  it.each([
    ["whole", "token abcdefghijkl refused", "token [secret] refused"],
    ["its first eight characters", "token abcdefgh refused", "token [secret] refused"],
    ["its last eight characters", "token efghijkl refused", "token [secret] refused"],
    ["nine characters of its midst", "token bcdefghij refused", "token [secret] refused"],
    ["twice in a row", "token abcdefghijklabcdefgh!", "token [secret][secret]!"],
    ["at the very start and end", "abcdefghijkl ijklabcdefghijkl", "[secret] ijkl[secret]"],
    ["its last three characters at the end are no telling part", "refused: jkl", "refused: jkl"],
    ["seven characters of it are no telling part", "token abcdefg refused", "token abcdefg refused"],
  ])("lose a secret that was sent: %s", (_what, text, clean) => {
    expect(said(text, "abcdefghijkl")).toBe(clean);
    expect(said(text, "another, longer secret")).toBe(text);
  });

  it("lose a secret of eight characters, and of four to seven only as a whole", () => {
    expect(said("pin 12345678.", "12345678")).toBe("pin [secret].");
    expect(said("pin 1234567, 1234567; 123456", "1234567")).toBe("pin [secret], [secret]; 123456");
    expect(said("pin 1234.", "1234")).toBe("pin [secret].");
    expect(said("pin 123.", "123")).toBe("pin 123.");
    expect(said("a 1234, b abcdefghijkl", "abcdefghijkl", "1234")).toBe("a [secret], b [secret]");
  });
});

describe("an error of a broker", () => {
  it("has the answer's status, the broker's words without secrets, and the field at fault", () => {
    const error = refusal(
      "exchange_refused",
      "zebu",
      answer({ status: 418, sent: ["12345678"] }),
      "no 12345678",
      "code",
    );
    expect(error).toMatchObject({
      code: "exchange_refused",
      broker: "zebu",
      status: 418,
      detail: "no [secret]",
      field: "code",
      retryAfterS: undefined,
    });
  });

  it.each([
    ["0", 0],
    ["7", 7],
    ["999999", 999_999],
    ["1000000", undefined],
    ["", undefined],
    ["-1", undefined],
    ["1.5", undefined],
    ["s7", undefined],
    ["7s", undefined],
    ["Wed, 21 Oct 2026 07:28:00 GMT", undefined],
  ])("says after how many seconds to come back where the broker says so: %s", (text, seconds) => {
    const { retryAfterS } = refusal(
      "rate_limited",
      "zebu",
      answer({ headers: new Headers({ "Retry-After": text }) }),
    );
    expect(retryAfterS).toBe(seconds);
  });

  it.each([
    [200, "answer_unreadable"],
    [404, "answer_unreadable"],
    [428, "answer_unreadable"],
    [429, "rate_limited"],
    [430, "answer_unreadable"],
    [499, "answer_unreadable"],
    [500, "broker_unavailable"],
    [503, "broker_unavailable"],
  ])("of an answer that no page describes goes by its status: %i is %s", (status, code) => {
    expect(unexpected("rmoney", answer({ status }), "the words", "stat")).toMatchObject({
      code,
      broker: "rmoney",
      status,
      detail: "the words",
      field: "stat",
    });
  });
});

describe("the fields of an answer", () => {
  const shape = { name: "text", count: "number", on: "boolean", rows: "list", more: "object" } as const;
  const body = { name: "n", count: 0, on: false, rows: [], more: {} };

  it("are those of its shape, in its order, and no others", () => {
    const fields = read("zebu", answer({ body: { extra: 1, ...body } }), shape);
    expect(fields).toEqual(body);
    expect(Object.keys(fields)).toEqual(Object.keys(shape));
  });

  it.each([
    ["name", [7, true, {}, [], "", null, undefined]],
    ["count", ["7", true, {}, [], "", null, undefined]],
    ["on", ["true", 1, {}, [], "", null, undefined]],
    ["rows", ["[]", 1, true, {}, "", null, undefined]],
    ["more", ["{}", 1, true, [], "", null, undefined]],
  ] as const)("%s holds what its kind says and nothing else", (field, others) => {
    for (const other of others)
      expect(
        thrown(() => read("zebu", answer({ body: { ...body, [field]: other } }), shape)),
        String(other),
      ).toMatchObject({ code: "answer_unreadable", broker: "zebu", field, detail: undefined });
    expect(read("zebu", answer({ body }), shape)).toEqual(body);
  });

  const open = { name: "text?", count: "number?", on: "boolean?", rows: "list?", more: "object?" } as const;

  it("that may be absent are left out where they are, or where they are null", () => {
    expect(read("zebu", answer({ body: {} }), open)).toEqual({});
    expect(Object.keys(read("zebu", answer({ body: { name: null, count: null, on: true } }), open))).toEqual([
      "on",
    ]);
    expect(read("zebu", answer({ body }), open)).toEqual(body);
    expect(read("zebu", answer({ body: { name: "" } }), open)).toEqual({ name: "" });
  });

  it("that may be absent must still be of their kind", () => {
    const wrong = { name: 7, count: "7", on: 1, rows: {}, more: [] };
    expect(thrown(() => read("zebu", answer({ body: wrong }), open)).field).toBe(
      "name, count, on, rows, more",
    );
  });

  it.each([undefined, null, "text", 7, [body]])("are all at fault where the answer is %s", (other) => {
    const error = thrown(() => read("zebu", answer({ body: other }), shape));
    expect(error).toMatchObject({ code: "answer_unreadable", field: "name, count, on, rows, more" });
  });

  it("can be read of a part of the answer", () => {
    expect(read("zebu", answer({ body: { inner: body } }), { name: "text" }, body)).toEqual({ name: "n" });
  });

  it("are not looked for in a broker's fault: that is said instead", () => {
    expect(thrown(() => read("zebu", answer({ status: 503 }), shape)).code).toBe("broker_unavailable");
    expect(thrown(() => read("zebu", answer({ status: 429 }), shape)).code).toBe("rate_limited");
  });

  it("hold a token only where it can be sent back in a header", () => {
    expect(token("zebu", answer(), "access_token", "abc-123").reveal()).toBe("abc-123");
    expect(thrown(() => token("zebu", answer(), "access_token", "abc\n123"))).toMatchObject({
      code: "answer_unreadable",
      broker: "zebu",
      field: "access_token",
    });
  });
});
