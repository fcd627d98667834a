import { describe, expect, it } from "vitest";
import { openDatabaseClock } from "../../src/adapters/database/database-clock.js";
import { StoreProblem } from "../../src/ports/store-problem.js";
import { friday } from "../support/world.js";

const hour = 3_600_000;

/** A machine and a database, each with its clock, and a way between them that takes its time. */
async function newClocks({ wallOff = 0 } = {}) {
  let elapsed = 0;
  let wallMoved = wallOff;
  let databaseMoved = 0;
  let away = false;
  /** How long the way there and back takes, in ms. */
  let ways: readonly (readonly [number, number])[] = [];
  const warned: (readonly [string, unknown])[] = [];
  let reads = 0;
  const clock = await openDatabaseClock({
    async read() {
      reads++;
      const [there, back] = ways[0] ?? [1, 1];
      ways = ways.slice(1);
      elapsed += there;
      const answer = Math.floor(friday + elapsed + databaseMoved);
      elapsed += back;
      if (away) throw new StoreProblem("store_unreachable", "away");
      return answer;
    },
    monotonicMs: () => elapsed,
    wall: () => friday + elapsed + wallMoved,
    warn: (what, facts) => void warned.push([what, facts]),
  });
  return {
    clock,
    warned,
    reads: () => reads,
    /** What the database's clock says at this moment. */
    truth: () => friday + elapsed + databaseMoved,
    /** Lets time pass, and asks as often as the gateway does. */
    async pass(ms: number) {
      for (const until = elapsed + ms; elapsed < until; elapsed += 1_000) await clock.follow();
    },
    elapse(ms: number) {
      elapsed += ms;
    },
    moveWall(ms: number) {
      wallMoved += ms;
    },
    moveDatabase(ms: number) {
      databaseMoved += ms;
    },
    goAway(is: boolean) {
      away = is;
    },
    nextWays(next: readonly (readonly [number, number])[]) {
      ways = next;
    },
  };
}

/** How far the clock is from the database's, in ms. */
const off = ({ clock, truth }: Awaited<ReturnType<typeof newClocks>>) => Math.abs(clock.now() - truth());

describe("the database's clock as a gateway reads it", () => {
  it("is right to a few ms at a machine that is an hour off, and goes on by itself between two readings", async () => {
    for (const wallOff of [hour, -hour]) {
      const clocks = await newClocks({ wallOff });
      expect(off(clocks)).toBeLessThan(3);
      const reads = clocks.reads();
      clocks.elapse(9_000);
      await clocks.clock.follow();
      expect(clocks.reads()).toBe(reads);
      expect(off(clocks)).toBeLessThan(3);
      await clocks.pass(2_000);
      expect(clocks.reads()).toBe(reads + 1);
    }
  });

  it("is not moved by a jump of the machine's clock, which has it read again at once", async () => {
    const clocks = await newClocks();
    const before = clocks.clock.now();
    const reads = clocks.reads();
    clocks.moveWall(hour);
    expect(clocks.clock.now()).toBe(before);
    await clocks.clock.follow();
    expect(clocks.reads()).toBe(reads + 1);
    expect(off(clocks)).toBeLessThan(3);
    await clocks.clock.follow();
    expect(clocks.reads()).toBe(reads + 1);
  });

  it("believes the reading with the shortest way, and takes half of that off", async () => {
    const clocks = await newClocks();
    await clocks.pass(20_000);
    // Nearly all of it on the way back: half of it taken off would be 4 s wrong.
    clocks.nextWays([[0, 8_000]]);
    await clocks.pass(11_000);
    expect(off(clocks)).toBeLessThan(3);
    clocks.nextWays(Array.from({ length: 6 }, () => [300, 300] as const));
    await clocks.pass(100_000);
    expect(off(clocks)).toBeLessThan(3);
  });

  it("follows a database's clock that was set, or another database, at the next reading", async () => {
    for (const ms of [hour, -hour, 5_000, -5_000]) {
      const clocks = await newClocks();
      await clocks.pass(60_000);
      clocks.moveDatabase(ms);
      expect(off(clocks)).toBeGreaterThan(4_000);
      // By a longer way than those before.
      clocks.nextWays(Array.from({ length: 3 }, () => [50, 50] as const));
      await clocks.pass(12_000);
      expect(off(clocks)).toBeLessThan(3);
    }
  });

  it("waits a small step back out instead of going back", async () => {
    const clocks = await newClocks();
    clocks.moveDatabase(-600);
    const before = clocks.clock.now();
    clocks.moveWall(hour);
    await clocks.clock.follow();
    expect(clocks.clock.now()).toBe(before);
    clocks.elapse(700);
    expect(off(clocks)).toBeLessThan(3);
  });

  it("goes on while the database is away, and is read again when it is back", async () => {
    const clocks = await newClocks({ wallOff: hour });
    clocks.goAway(true);
    await clocks.pass(60_000);
    expect(off(clocks)).toBeLessThan(3);
    clocks.goAway(false);
    clocks.moveDatabase(20_000);
    await clocks.pass(2_000);
    expect(off(clocks)).toBeLessThan(3);
  });

  it("warns of a machine that is more than 2 s off, once an hour, and not of one that is nearer", async () => {
    const right = await newClocks({ wallOff: 1_900 });
    await right.pass(2 * hour);
    expect(right.warned).toEqual([]);
    const behind = await newClocks({ wallOff: -hour });
    expect(behind.warned).toEqual([["clock_off", { ahead_ms: expect.closeTo(-hour, -1) }]]);
    await behind.pass(hour / 2);
    expect(behind.warned).toHaveLength(1);
    await behind.pass(hour);
    expect(behind.warned).toHaveLength(2);
    // One that was put right and goes wrong again is told at once.
    behind.moveWall(hour);
    await behind.pass(11_000);
    behind.moveWall(3_000);
    await behind.pass(11_000);
    expect(behind.warned.map(([, facts]) => facts).at(-1)).toEqual({ ahead_ms: expect.closeTo(3_000, -1) });
  });
});
