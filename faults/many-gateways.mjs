// Kills and stops gateways at each moment of a renewal, with leases as in life, while others do the work that falls due.
import { usualPace } from "../packages/gateway/src/domain/renewal-pace.ts";
import { makeDueTogether } from "../packages/gateway/test/many/support/due-together.ts";
import { openMany } from "../packages/gateway/test/many/support/gateways.ts";
import { renewAll } from "../packages/gateway/test/many/support/renewal-round.ts";
import { renewalMarks } from "../packages/gateway/test/many/support/steering.ts";
import { findOut } from "../packages/gateway/test/many/support/unknown-outcome.ts";

export const about =
  "[rounds of each fate, 2]: four gateways, killed or stopped at each moment of a renewal while 200 fall due together";

const connections = 200;

const isSound = ({ overlaps, forgotten, dead, overwritten }) =>
  overlaps === 0 && forgotten === 0 && dead === 0 && overwritten === 0;

/** What all rounds of a mark have come to. */
function added(sum, round) {
  if (!sum) return { rounds: 1, ...round };
  const of = (name) =>
    /^(most|knownAfterS|gateways)$/.test(name) ? Math.max(sum[name], round[name]) : sum[name] + round[name];
  return {
    rounds: sum.rounds + 1,
    ...Object.fromEntries(Object.keys(round).map((name) => [name, of(name)])),
  };
}

export function table({ undisturbed, killed, stopped }) {
  const fates = [
    ["none", undisturbed],
    ...Object.entries(killed).map(([mark, round]) => [`killed at "${mark}"`, round]),
    ...Object.entries(stopped).map(([mark, round]) => [`stopped at "${mark}"`, round]),
  ];
  return {
    columns: [
      "fate of one of four",
      "rounds",
      "renewals",
      "twice at once",
      "forgotten",
      "dead",
      "overwritten",
    ],
    rows: fates
      .filter(([, round]) => round)
      .map(([fate, { rounds, refreshes, overlaps, forgotten, dead, overwritten }]) => [
        fate,
        rounds,
        refreshes,
        overlaps,
        forgotten,
        dead,
        overwritten,
      ]),
  };
}

export async function run([given = "2"], { say, keep }) {
  const rounds = Number(given);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error("Say how many rounds of each fate, such as 2.");
  const many = await openMany();
  const found = { undisturbed: undefined, killed: {}, stopped: {}, unknown: {} };
  const all = () =>
    [found.undisturbed, ...Object.values(found.killed), ...Object.values(found.stopped)].filter(Boolean);
  const figures = () => ({
    sound:
      all().every(isSound) &&
      found.undisturbed?.refreshes === connections * rounds &&
      Object.entries(found.unknown).every(([end, { withinS, status }]) => status === end && withinS < 60),
    leaseS: usualPace.leaseMs / 1_000,
    gateways: 4,
    refreshes: all().reduce((sum, round) => sum + round.refreshes, 0),
    overlaps: all().reduce((sum, round) => sum + round.overlaps, 0),
    forgotten: all().reduce((sum, round) => sum + round.forgotten, 0),
    ...found,
  });
  const note = (what, round) => {
    say(`${what}: ${JSON.stringify(round)}`);
    keep(figures());
  };
  try {
    await many.start(4);
    const living = () => many.all.filter((gateway) => gateway.alive());
    await many.by(() => living()[0]).addApp("zebu");
    const due = await makeDueTogether(many, connections);
    for (let i = 0; i < rounds; i++) {
      const round = await renewAll(many, due, usualPace);
      found.undisturbed = added(found.undisturbed, round);
      note("undisturbed", round);
      for (const [act, sums] of [
        ["kill", found.killed],
        ["stop", found.stopped],
      ])
        for (const mark of renewalMarks) {
          const fate = { gateway: living()[0], mark, act, nth: 5 + 10 * i };
          const one = await renewAll(many, due, usualPace, [fate]);
          sums[mark] = added(sums[mark], one);
          note(`${act} at "${mark}"`, one);
          if (act === "kill") await many.start(1);
        }
    }
    await due.close();
    for (const end of ["active", "login_needed"]) {
      found.unknown[end] = await findOut(many, end);
      note(`unknown, then ${end}`, found.unknown[end]);
    }
  } finally {
    await many.close();
  }
  return figures();
}
