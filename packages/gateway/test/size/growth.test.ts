import { describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { growthQuestions } from "./support/growth-questions.js";
import { measureGrowth } from "./support/measured-growth.js";

describe.each(databases)("what is asked at each size, on %s", (_name, make) => {
  let time = 0;
  // Nothing but asking moves this clock: by 1 ms at each look.
  const wish = { rounds: 1, each: 1, make, monotonicMs: () => time++, say: () => undefined };

  it("is answered rightly, and its cost is told beside the first size's", { timeout: 60_000 }, async () => {
    const measured = await measureGrowth({ ...wish, sizes: [1_000, 1_100] });
    expect(measured.map(({ question }) => question)).toEqual(growthQuestions.map(({ name }) => name));
    const one = { median: 1, min: 1, max: 1 };
    for (const { sizes, perTenfold, verdict } of measured) {
      expect(sizes).toEqual([1_000, 1_100].map((connections) => ({ connections, ms: one, ratio: one })));
      expect([perTenfold, verdict]).toEqual([1, "flat"]);
    }
  });

  it("is seen to be answered wrongly: here is too little for a page", { timeout: 60_000 }, async () => {
    await expect(measureGrowth({ ...wish, sizes: [40, 1_000] })).rejects.toThrow("instead of 50");
  });
});
