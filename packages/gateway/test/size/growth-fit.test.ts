import { describe, expect, it } from "vitest";
import { growthOf, logarithmPerTenfold } from "./support/growth-fit.js";

const sizes = [1_000, 10_000, 100_000, 1_000_000];
const grown = (cost: (connections: number) => number) =>
  growthOf(sizes.map((connections) => ({ connections, cost: cost(connections) })));

describe("how a cost grows", () => {
  it.each([
    ["is the same", () => 2],
    ["falls", (n: number) => 3 - Math.log10(n) / 10],
    ["rises by 3 % for ten times as many", (n: number) => 1.03 ** Math.log10(n)],
    ["is off by a few per cent here and there", (n: number) => (n === 10_000 ? 1.06 : 1)],
  ])("is flat where it %s", (_, cost) => {
    expect(grown(cost).verdict).toBe("flat");
  });

  it.each([
    ["goes up with a tree's height", (n: number) => 1 + Math.ceil(Math.log(n) / Math.log(50)) / 4],
    ["is a logarithm and nothing else", (n: number) => Math.log2(n)],
  ])("is logarithmic where it %s", (_, cost) => {
    expect(grown(cost).verdict).toBe("logarithmic");
  });

  it.each([
    ["goes up with the number", (n: number) => n],
    ["does so beside much that stays", (n: number) => 1 + n / 1_000_000],
    ["goes up with the root", (n: number) => Math.sqrt(n)],
    ["stays until the last step", (n: number) => (n === 1_000_000 ? 1.4 : 1)],
    ["rises at once and then stays, by much", (n: number) => (n === 1_000 ? 1 : 3)],
  ])("grows where it %s", (_, cost) => {
    expect(grown(cost).verdict).toBe("grows");
  });

  it("says what ten times as many multiply it by", () => {
    expect(grown((n) => n)).toMatchObject({ perTenfold: 10, lastTenfold: 10 });
    expect(grown(Math.sqrt).perTenfold).toBeCloseTo(3.162, 3);
    expect(logarithmPerTenfold(1_000, 1_000_000) ** 3).toBeCloseTo(2);
  });

  it("can't be said of one size", () => {
    expect(() => growthOf([{ connections: 1_000, cost: 1 }])).toThrow("two sizes");
  });
});
