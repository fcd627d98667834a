import type { TestDatabase } from "../../support/databases.js";
import { type Growth, growthOf } from "./growth-fit.js";
import { type GrowthQuestion, growthQuestions, type Way } from "./growth-questions.js";
import { type GrownWorld, newGrownWorld, plainBroker } from "./growth-world.js";

export interface GrowthWish {
  /** How many connections, from few to many. */
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** How often each way of a question is asked in a round. */
  readonly each: number;
  make(): Promise<TestDatabase>;
  /** A clock that only goes forward, in ms. */
  monotonicMs(): number;
  say(line: string): void;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** A question at one size: over the rounds, ms and what part it is of the same round's first size. */
export interface AtSize {
  readonly connections: number;
  readonly ms: Spread;
  readonly ratio: Spread;
}

export interface MeasuredQuestion extends Growth {
  readonly question: string;
  readonly sizes: readonly AtSize[];
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? half - 1 : half], sorted[half]];
  return (low + high) / 2;
}

const spreadOf = (values: readonly number[]): Spread => ({
  median: rounded(median(values)),
  min: rounded(Math.min(...values)),
  max: rounded(Math.max(...values)),
});

async function timed({ before, ask, after }: Way, monotonicMs: () => number): Promise<number> {
  before?.();
  const begun = monotonicMs();
  const answer = await ask();
  const took = monotonicMs() - begun;
  await after(answer);
  return took;
}

/** What a question costs, ms: the median of each of its ways, which count alike. */
async function costOf(
  ways: readonly Way[],
  { each, monotonicMs }: Pick<GrowthWish, "each" | "monotonicMs">,
): Promise<number> {
  let sum = 0;
  for (const way of ways) {
    // Other sizes were asked meanwhile.
    await timed(way, monotonicMs);
    const times: number[] = [];
    for (let i = 0; i < each; i++) times.push(await timed(way, monotonicMs));
    sum += median(times);
  }
  return sum / ways.length;
}

interface Asked {
  readonly question: GrowthQuestion;
  readonly at: readonly {
    readonly connections: number;
    readonly ways: readonly Way[];
    readonly costs: number[];
  }[];
}

function measured({ question, at }: Asked): MeasuredQuestion {
  const first = at[0]?.costs ?? [];
  const sizes = at.map(({ connections, costs }) => ({
    connections,
    ms: spreadOf(costs),
    ratio: spreadOf(costs.map((cost, round) => cost / (first[round] ?? Number.NaN))),
  }));
  const growth = growthOf(sizes.map(({ connections, ratio }) => ({ connections, cost: ratio.median })));
  return { question: question.name, sizes, ...growth };
}

/**
 * Asks the same of a gateway for each size, each on a database of its own, as what is due is looked for in all of a database. All
 * are there at once and are asked in turn.
 */
export async function measureGrowth(wish: GrowthWish) {
  const { sizes, rounds, make, monotonicMs, say } = wish;
  const broker = await plainBroker();
  const worlds: GrownWorld[] = [];
  try {
    for (const connections of sizes) {
      const begun = monotonicMs();
      worlds.push(await newGrownWorld(await make(), connections, broker));
      say(`${connections} connections are there after ${Math.round((monotonicMs() - begun) / 1_000)} s`);
    }
    const asked: readonly Asked[] = growthQuestions.map((question) => ({
      question,
      at: worlds.map((world) => ({
        connections: world.connections,
        ways: question.ways(world),
        costs: [],
      })),
    }));
    // The first one warms up.
    for (let round = -1; round < rounds; round++) {
      for (const { at } of asked)
        for (const { ways, costs } of round % 2 === 0 ? at : [...at].reverse()) {
          const cost = await costOf(ways, wish);
          if (round >= 0) costs.push(cost);
        }
      if ((round + 1) % 5 === 0) say(`${round + 1} rounds of ${rounds}`);
    }
    return asked.map(measured);
  } finally {
    for (const world of worlds) await world.close();
    await broker.close();
  }
}
