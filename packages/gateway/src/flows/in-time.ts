import { StoreProblem } from "../ports/store-problem.js";

/** What the database answers, within so many ms. @throws StoreProblem `store_unreachable` where it takes longer */
export async function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StoreProblem("store_unreachable", "The database does not answer in time.")),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
