// Whether memory stays what it is while work goes on.

/** How much more the last quarter of the readings may show than the second, as a ratio. */
const mostGrowth = 1.1;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rounded = (number, digits) => Number(number.toFixed(digits));

/**
 * Flat: the last quarter of the readings is at most a tenth above the second, at their medians. The first quarter is for warming
 * up: code is compiled, pools and caches fill.
 * @param readingsMB at even distances of the work, eight at least
 */
export function growthOf(readingsMB) {
  const quarter = Math.floor(readingsMB.length / 4);
  const second = median(readingsMB.slice(quarter, 2 * quarter));
  const last = median(readingsMB.slice(-quarter));
  return {
    readingsMB: readingsMB.map((reading) => rounded(reading, 1)),
    secondQuarterMB: rounded(second, 1),
    lastQuarterMB: rounded(last, 1),
    growth: rounded(last / second, 3),
    flat: last <= mostGrowth * second,
  };
}
