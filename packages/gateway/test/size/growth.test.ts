import { describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { growthQuestions } from "./support/growth-questions.js";
import { measureGrowth } from "./support/measured-growth.js";

describe.each(databases)("what is asked at each size, on %s", (_name, make) => {
  const wish = { rounds: 1, each: 1, make, say: () => undefined };

  it("is answered rightly, and its cost is told beside the first size's", { timeout: 60_000 }, async () => {
    const measured = await measureGrowth({ ...wish, sizes: [1_000, 2_000] });
    expect(measured.map(({ question }) => question)).toEqual(growthQuestions.map(({ name }) => name));
    for (const { sizes, perTenfold } of measured) {
      expect(sizes.map(({ connections }) => connections)).toEqual([1_000, 2_000]);
      expect(sizes[0]?.ratio).toEqual({ median: 1, min: 1, max: 1 });
      expect(sizes[1]?.ms.median).toBeGreaterThan(0);
      expect(perTenfold).toBeGreaterThan(0);
    }
  });

  it("is seen to be answered wrongly: here is too little for a page", { timeout: 60_000 }, async () => {
    await expect(measureGrowth({ ...wish, sizes: [40, 1_000] })).rejects.toThrow("instead of 50");
  });
});
