import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { finishForOthers, forgeTokens, swapCallbacks } from "./support/logins-of-others.js";

const [[, onFile]] = databases;

// The long form: npm run faults -- logins
describe("a login of another", () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await newWorld(await onFile());
    await world.addTenant("t");
  }, 60_000);
  afterAll(() => world.close());
  const right = { controlsFailed: 0 };

  it("A2 by a swapped callback connects nothing, and is not even asked about where an account is expected", async () => {
    const found = await swapCallbacks(world, 16);
    expect(found).toMatchObject({ callbacks: 16, asked: 8, askedThoughExpected: 0, connected: 0, ...right });
    expect(found.controls).toBeGreaterThan(0);
  });

  it("A3 that one began and another finished is never active, and gone after ten minutes", async () => {
    const found = await finishForOthers(world, 2);
    expect(found).toMatchObject({ logins: 10, active: 0, left: 0, controls: 5, ...right });
  });

  it("B10 by a forged token has one answer, and one question for each attempt", async () => {
    const found = await forgeTokens(world, 64);
    expect(found).toMatchObject({ tokens: 64, notConsumed: 0, accepted: 0, controls: 1, ...right });
    expect(found.answers).toHaveLength(1);
    // Some are made so that they open.
    expect(found.opened).toBeGreaterThanOrEqual(2);
  });
});
