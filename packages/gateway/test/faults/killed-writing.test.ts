import { describe, expect, it } from "vitest";
import { crashAgain, exchangedAgain } from "./support/crashes.js";

const kills = 5;

// The long form: npm run faults -- crash
describe.each(["SQLite", "PostgreSQL"] as const)("F1 a gateway on %s that is killed at its work", (kind) => {
  it("has all that it has acknowledged, and uses no login up twice", async () => {
    const found = await crashAgain({ kind, kills, acts: 12 });
    expect(found).toMatchObject({
      kills,
      missing: 0,
      unreadable: 0,
      consumedTwice: 0,
      codesLost: 0,
      damaged: 0,
      wrongAnswers: 0,
      dead: 0,
      told: [],
    });
    expect(found.activated).toBeGreaterThan(kills);
    expect(found.replayed).toBeGreaterThan(0);
    expect(found.valuesOpened).toBeGreaterThan(5);
  }, 120_000);
});

describe("a code that is sent again", () => {
  const sent = (code: string) => ({
    path: "/zebu/NorenWClientAPI/GenAcsTok",
    body: JSON.stringify({ code, checksum: "c" }),
  });
  it("is found among a broker's calls", () => {
    expect(exchangedAgain([sent("one"), sent("two")])).toBe(0);
    expect(exchangedAgain([sent("one"), sent("two"), sent("one")])).toBe(1);
  });
});
