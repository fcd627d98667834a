// Tries to connect what another has logged in: swapped callbacks, logins that others finish, forged tokens.
import {
  finishForOthers,
  forgeTokens,
  swapCallbacks,
} from "../packages/gateway/test/faults/support/logins-of-others.ts";
import { databases } from "../packages/gateway/test/support/databases.ts";
import { newWorld } from "../packages/gateway/test/support/world.ts";

export const about =
  "[swapped callbacks, 1000] [logins for others at each broker, 20] [forged tokens, 4096] | short: none connects anything";

const isSound = ({ swapped, finishedForOthers, forgedTokens }) =>
  swapped.connected + swapped.askedThoughExpected + swapped.controlsFailed === 0 &&
  finishedForOthers.active + finishedForOthers.left + finishedForOthers.controlsFailed === 0 &&
  forgedTokens.notConsumed + forgedTokens.accepted + forgedTokens.controlsFailed === 0 &&
  forgedTokens.answers.length === 1;

export async function run(args, { say, keep }) {
  const [swaps = "1000", finished = "20", forged = "4096"] = args.includes("short")
    ? ["16", "2", "64"]
    : args;
  const counts = [swaps, finished, forged].map(Number);
  if (!counts.every((count) => Number.isInteger(count) && count > 0))
    throw new Error(
      "Say how many callbacks are swapped, logins finished and tokens forged, such as 1000 20 4096.",
    );
  const found = {};
  const figures = () => ({
    sound: Object.values(found).every(isSound),
    databases: found,
  });
  for (const [kind, make] of databases) {
    // Each in a world of its own, so that the sandbox's ledger stays short.
    const inWorld = async (work) => {
      const world = await newWorld(await make());
      await world.addTenant("t");
      return work(world).finally(() => world.close());
    };
    found[kind] = { swapped: await inWorld((world) => swapCallbacks(world, counts[0])) };
    say(`${kind}: ${counts[0]} callbacks were swapped`);
    found[kind].finishedForOthers = await inWorld((world) => finishForOthers(world, counts[1]));
    say(`${kind}: ${found[kind].finishedForOthers.logins} logins were finished by others`);
    found[kind].forgedTokens = await inWorld((world) => forgeTokens(world, counts[2]));
    say(`${kind}: ${counts[2]} tokens were forged, ${found[kind].forgedTokens.opened} opened`);
    keep(figures());
  }
  return figures();
}

/** The figures as a table. */
export const table = ({ databases: found }) => ({
  columns: [
    "database",
    "swapped",
    "connected",
    "finished by others",
    "active",
    "tokens forged",
    "opened",
    "accepted",
  ],
  rows: Object.entries(found).map(([kind, { swapped, finishedForOthers, forgedTokens }]) => [
    kind,
    swapped.callbacks,
    swapped.connected,
    finishedForOthers.logins,
    finishedForOthers.active,
    forgedTokens.tokens,
    forgedTokens.opened,
    forgedTokens.accepted,
  ]),
  goals: Object.entries(found).map(([kind, tried]) => ({
    goal: `${kind}: none of 1,000 swapped callbacks, 100 logins finished by others and 4,096 forged tokens connects anything`,
    figure: `${tried.swapped.connected + tried.finishedForOthers.active + tried.forgedTokens.accepted}`,
    met:
      tried.swapped.callbacks >= 1_000 &&
      tried.finishedForOthers.logins >= 100 &&
      tried.forgedTokens.tokens >= 4_096 &&
      isSound(tried),
  })),
});
