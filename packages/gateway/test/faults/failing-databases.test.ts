import { describe, expect, it } from "vitest";
import { failDatabase } from "./support/database-faults.js";
import { failingDatabases } from "./support/failing-databases.js";
import type { Flow } from "./support/flows-to-fail.js";

/** Of four pairs of a fault and a flow one is tried. */
const oneOf = 4;

// The long form, all pairs and every change of each flow: npm run faults -- database-faults
describe.each(failingDatabases)("F2 a %s that fails under twelve flows", (_, open) => {
  it("is never told as done where nothing is, and loses no session that a broker has handed out", async () => {
    const failing = await open();
    const found = await failDatabase({ failing, changes: 1, oneOf });
    expect(found).toMatchObject({ untrue: [], lost: [], wrong: [], unstruck: [] });
    expect(found.pairs).toBe((12 / oneOf) * failing.faults.length);
    expect(found.controls).toBe(found.pairs);
    expect(found.struck).toBe(found.pairs);
    expect(found.wentThrough).toBeLessThan(found.struck);
  }, 120_000);
});

it("would be found out where it is told as done, or a session is neither on file nor in doubt", async () => {
  const [[, onFile]] = failingDatabases;
  const liar: Flow = async () => async () => ({
    status: 200,
    said: true,
    done: async () => false,
    kept: async () => false,
  });
  const failing = await onFile();
  const found = await failDatabase({ failing, changes: 1, flows: async () => ({ liar }) });
  const struck = failing.faults.map((fault) => `liar, ${fault}, at change 1`);
  expect(found.untrue).toEqual(expect.arrayContaining(struck));
  expect(found.lost).toEqual(expect.arrayContaining(struck));
});
