// What docs/benchmarks.md shows of the figures.

const range = ({ median, min, max }) => `${median} (${min}–${max})`;
const goalText = (about, names, { goal, beside, atLeast, atMost }) =>
  `${about}: ${goal} ${names[beside]}, ${atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`}`;

/** A line for each target of each set-up, and the goals in each. */
export function proxyTable({ setUps, names, connections }) {
  const rows = [];
  const goals = [];
  for (const { about, targets, gatewayTo, goals: reached } of Object.values(setUps)) {
    for (const [i, [name, { perSecond, p50Ms, p99Ms, oneP50Ms }]] of Object.entries(targets).entries())
      rows.push([
        i === 0 ? about : "",
        names[name],
        range(perSecond),
        gatewayTo[name] ? `× ${gatewayTo[name].median}` : "",
        p50Ms.median,
        p99Ms.median,
        oneP50Ms.median,
      ]);
    for (const one of reached)
      goals.push({ goal: goalText(about, names, one), figure: String(one.is), met: one.met });
  }
  return {
    columns: [
      "set-up",
      "called",
      `requests a second, ${connections} connections`,
      "the gateway to it",
      "p50, ms",
      "p99, ms",
      "p50 at one connection, ms",
    ],
    rows,
    goals,
  };
}
