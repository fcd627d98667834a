import { describe, expect, it } from "vitest";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { replayAgain } from "./support/replays.js";

const rounds = 4;

// The long form: npm run faults -- replay
describe.each(databases)(
  "A6 callbacks on %s that are sent fifty times at once, and twice in sequence",
  (_, make) => {
    it("are exchanged once each: the broker's ledger says so, and one browser goes on", async () => {
      const found = await replayAgain({ database: await make(), rounds });
      expect(found).toEqual({
        rounds,
        sent: rounds * 52,
        wentThrough: rounds,
        exchanges: rounds,
        roundsOf: { 1: rounds },
        throughOf: { 1: rounds },
        wrong: [],
      });
    }, 60_000);
  },
);

/** A gateway that uses no login up. */
function forgetful(ports: Ports): Ports {
  const { attempts } = ports.store;
  const take: typeof attempts.take = async (tenant, claim) => {
    const taken = await attempts.take(tenant, claim);
    if (taken) await attempts.open(tenant, taken);
    return taken;
  };
  return { ...ports, store: { ...ports.store, attempts: { ...attempts, take } } };
}

it("are seen to be exchanged more than once where no login is used up", async () => {
  const [[, onFile]] = databases;
  const found = await replayAgain({ database: await onFile(), rounds: 4, atOnce: 5, ports: forgetful });
  expect(found.exchanges).toBeGreaterThan(4);
});
