import type { Store } from "../../src/ports/store.js";

/**
 * Whether so many of a budget went through while something was done: all of it, and no more than once for each second that it
 * took by the database's clock. On a machine with time to spare that is the budget, to the one.
 */
export async function spentWhole(
  { clock }: Pick<Store, "clock">,
  budget: number,
  work: () => Promise<number>,
): Promise<boolean> {
  const began = await clock();
  const through = await work();
  const seconds = Math.floor(((await clock()) - began) / 1_000);
  return through >= budget && through <= budget * (1 + seconds);
}
