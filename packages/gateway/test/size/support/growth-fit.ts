/** How a cost grows. `flat`: hardly. `logarithmic`: no quicker than a logarithm does. */
export type Verdict = "flat" | "logarithmic" | "grows";

/** What is said of a cost at several sizes. */
export interface Growth {
  /** What ten times as many multiply the cost by: the slope of the line that fits best, both on logarithmic scales. */
  readonly perTenfold: number;
  /** The same, of the last step alone: what grows late is seen here. */
  readonly lastTenfold: number;
  readonly verdict: Verdict;
}

/** A cost at a number of connections. */
export interface CostAt {
  readonly connections: number;
  readonly cost: number;
}

/** Costs that ten times as many multiply by less are taken for equal. */
const flatPerTenfold = 1.05;
/** One step alone is less sure. */
const flatLastTenfold = 1.1;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

/** What ten times as many multiply a logarithm by, from one number to another at the mean. */
export const logarithmPerTenfold = (from: number, to: number): number =>
  (Math.log(to) / Math.log(from)) ** (1 / Math.log10(to / from));

/** @param costs two at least, from few connections to many */
export function growthOf(costs: readonly CostAt[]): Growth {
  const [first] = costs;
  const [before, last] = costs.slice(-2);
  if (!first || !before || !last || before === last) throw new Error("Growth needs two sizes.");
  const xs = costs.map(({ connections }) => Math.log10(connections));
  const ys = costs.map(({ cost }) => Math.log10(cost));
  const [x0, y0] = [mean(xs), mean(ys)];
  const slope =
    xs.reduce((sum, x, i) => sum + (x - x0) * ((ys[i] ?? 0) - y0), 0) /
    xs.reduce((sum, x) => sum + (x - x0) ** 2, 0);
  const perTenfold = 10 ** slope;
  const lastTenfold = (last.cost / before.cost) ** (1 / Math.log10(last.connections / before.connections));
  const most = logarithmPerTenfold(first.connections, last.connections);
  const isFlat = perTenfold <= flatPerTenfold && lastTenfold <= flatLastTenfold;
  const isLogarithmic = perTenfold <= most && lastTenfold <= most;
  return {
    perTenfold: rounded(perTenfold),
    lastTenfold: rounded(lastTenfold),
    verdict: isFlat ? "flat" : isLogarithmic ? "logarithmic" : "grows",
  };
}
