import { createHash, randomBytes } from "node:crypto";
import { Secret } from "kunji";
import { describe, expect, it } from "vitest";
import { type HashedKind, hashOf, hexHashOf } from "../../src/domain/hashed.js";
import { isApiKeyText, newApiKey, newToken } from "../../src/domain/random-text.js";

const kinds: HashedKind[] = ["api_key", "attempt", "browser", "code", "confirmation", "idempotency"];

describe("a hash", () => {
  it("is SHA-256 over its kind and its text, the same every time", () => {
    const expected = createHash("sha256").update("kunji:api_key:v1\0abc").digest("hex");
    expect(Buffer.from(hashOf("api_key", new Secret("abc"))).toString("hex")).toBe(expected);
    expect(hexHashOf("api_key", new Secret("abc"))).toBe(expected);
  });

  it("of one kind is no hash of another kind, nor the plain SHA-256", () => {
    const text = new Secret("one text");
    const hashes = kinds.map((kind) => Buffer.from(hashOf(kind, text)).toString("hex"));
    const plain = createHash("sha256").update("one text").digest("hex");
    expect(new Set([...hashes, plain]).size).toBe(kinds.length + 1);
  });
});

describe("a text of chance", () => {
  it("is 43 letters and digits, each as likely as the next", () => {
    const counts = new Map<string, number>();
    for (let n = 0; n < 2_000; n++) {
      const text = newToken(randomBytes).reveal();
      expect(text).toMatch(/^[A-Za-z0-9]{43}$/);
      for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    const mean = (2_000 * 43) / 62;
    // Chi-squared with 61 degrees of freedom: above 150 in fewer than one run of 10^8.
    const deviation = [...counts.values()].reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
    expect(counts.size).toBe(62);
    expect(deviation).toBeLessThan(150);
  });

  it("is never made of the bytes past the last whole alphabet", () => {
    let calls = 0;
    const bytes = (length: number) => new Uint8Array(length).fill(calls++ === 0 ? 255 : 1);
    expect(newToken(bytes).reveal()).toBe("B".repeat(43));
  });

  it("has the form of an API key where it is one, and prints as a secret", () => {
    const key = newApiKey("live", randomBytes);
    expect(key.reveal()).toMatch(/^kunji_live_[A-Za-z0-9]{43}$/);
    expect(isApiKeyText(key.reveal())).toBe(true);
    expect(`${key}`).toBe("[secret]");
  });

  it.each([
    ["31 characters", "a".repeat(31), "a".repeat(32)],
    ["201 characters", "a".repeat(201), "a".repeat(200)],
    ["a space", `${"a".repeat(32)} b`, `${"a".repeat(32)}-b`],
    ["a letter beyond ASCII", `${"a".repeat(32)}é`, `${"a".repeat(32)}e`],
    ["a line's end", `${"a".repeat(32)}\n`, "a".repeat(33)],
  ])("is no API key with %s", (_, bad, good) => {
    expect([isApiKeyText(bad), isApiKeyText(good)]).toEqual([false, true]);
  });
});
