import { describe, expect, it } from "vitest";
import { createSealWarnings } from "../../src/adapters/vault/seal-warnings.js";

function warnings(limit?: number) {
  const told: string[] = [];
  const look = createSealWarnings((what, facts) => {
    told.push(`${what} ${facts.key_id} ${facts.seals} of ${facts.limit}`);
  }, limit);
  const at = (...seals: readonly number[]) => {
    told.length = 0;
    look(seals.map((count, n) => ({ keyId: `k${n + 1}`, seals: count })));
    return [...told];
  };
  return { at };
}

describe("a warning that a key nears its limit", () => {
  it("comes once at each share of it", () => {
    const { at } = warnings(100);
    const told = Array.from({ length: 101 }, (_, seals) => at(seals)).flat();
    expect(told).toEqual([80, 90, 95, 99, 100].map((seals) => `seal_limit_near k1 ${seals} of 100`));
    expect(at(100)).toEqual([]);
  });

  it("comes once where several shares are passed at a time, and for each key by itself", () => {
    const { at } = warnings(100);
    expect(at(96, 79)).toEqual(["seal_limit_near k1 96 of 100"]);
    expect(at(98, 85)).toEqual(["seal_limit_near k2 85 of 100"]);
    expect(at(99, 85)).toEqual(["seal_limit_near k1 99 of 100"]);
  });

  it("goes by 2^31 seals unless told otherwise", () => {
    const { at } = warnings();
    expect(at(0.8 * 2 ** 31 - 1)).toEqual([]);
    expect(at(0.8 * 2 ** 31)).toEqual([`seal_limit_near k1 ${0.8 * 2 ** 31} of ${2 ** 31}`]);
  });
});
