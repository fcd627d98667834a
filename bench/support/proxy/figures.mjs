// What rounds come to: medians with the least and the most, ratios within a round, and whether goals are met.

const sorted = (values) => values.toSorted((a, b) => a - b);

export function median(values) {
  const list = sorted(values);
  const middle = list.length >> 1;
  return list.length % 2 === 1 ? list[middle] : (list[middle - 1] + list[middle]) / 2;
}

const rounded = (value) => Number(value.toPrecision(value >= 1_000 ? 5 : 4));

export function spread(values) {
  const list = sorted(values);
  return { median: rounded(median(list)), min: rounded(list[0]), max: rounded(list.at(-1)) };
}

/** The median, least and most of everything that rounds have found of a target. */
export const summary = (found) =>
  Object.fromEntries(Object.keys(found[0]).map((name) => [name, spread(found.map((round) => round[name]))]));

/** Two targets' figure of the same round put in relation, over all rounds. */
export const related = (measured, [one, other], name, relate) =>
  spread(measured[one].map((round, i) => relate(round[name], measured[other][i][name])));

/** What the gateway is to reach, all its work done, beside what does none of it. */
const goals = [
  { beside: "fastifyDispatcher", atLeast: 0.85 },
  { beside: "fastifyHttpProxy", atLeast: 1.3 },
  { beside: "httpProxy", atLeast: 1.3 },
  { beside: "nginx", atLeast: 0.4 },
];
/** What it may add to the time of a call by itself, in ms. */
const mostAddedMs = 0.15;

/** The figures of rounds: `targets`, `ratios` of the gateway's requests a second, what it adds, and the goals. */
export function figuresOf({ measured, flaws }) {
  const ratios = Object.fromEntries(
    Object.keys(measured)
      .filter((name) => name !== "gateway")
      .map((name) => [name, related(measured, ["gateway", name], "perSecond", (own, other) => own / other)]),
  );
  const addedMs = related(measured, ["gateway", "direct"], "oneP50Ms", (own, direct) => own - direct);
  return {
    sound: flaws.length === 0,
    ...(flaws.length > 0 && { flaws }),
    targets: Object.fromEntries(Object.entries(measured).map(([name, found]) => [name, summary(found)])),
    gatewayTo: ratios,
    addedAtOneConnectionMs: addedMs,
    goals: [
      ...goals.map(({ beside, atLeast }) => {
        const is = ratios[beside].median;
        return { goal: "requests a second, gateway to", beside, atLeast, is, met: is >= atLeast };
      }),
      {
        goal: "ms at one connection, p50, gateway above",
        beside: "direct",
        atMost: mostAddedMs,
        is: addedMs.median,
        met: addedMs.median <= mostAddedMs,
      },
    ],
  };
}
