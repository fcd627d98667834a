import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DueTogether, makeDueTogether } from "./support/due-together.js";
import { type ManyGateways, openMany } from "./support/gateways.js";
import type { GatewayProcess } from "./support/process.js";
import { type Fate, renewAll } from "./support/renewal-round.js";
import { renewalMarks } from "./support/steering.js";

/** Shorter than in life. */
const renewals = { leaseMs: 9_000, callMs: 3_000 };
/** At each mark. */
const each = 2;
const count = renewalMarks.length * each + 4;

// The long form, by the work that falls due and with leases as in life: npm run faults -- many-gateways
describe("renewals that are interrupted at each of their moments, while other gateways work", () => {
  let many: ManyGateways;
  let due: DueTogether;
  let doomed: GatewayProcess[];
  beforeAll(async () => {
    many = await openMany();
    const workers = await many.start(2, { renewals });
    doomed = await many.start(renewalMarks.length, { renewals, background: false });
    await many.by(() => workers[0] as GatewayProcess).addApp("zebu");
    due = await makeDueTogether(many, count);
  }, 90_000);
  afterAll(async () => {
    await due?.close();
    await many?.close();
  });

  const fates = (act: Fate["act"]): Fate[] =>
    renewalMarks.map((mark, i) => ({
      gateway: doomed[i] as GatewayProcess,
      mark,
      act,
      nth: 1,
      asked: due.ids.slice(i * each, (i + 1) * each),
    }));
  const sound = { connections: count, overlaps: 0, forgotten: 0, dead: 0, overwritten: 0 };

  it.each([
    ["stands still for three leases and wakes", "stop"],
    ["dies", "kill"],
  ] as const)(
    "run never two at a time, and leave each connection a session that lives, where a gateway %s",
    async (_, act) => {
      const round = await renewAll(many, due, renewals, fates(act));
      expect(round).toMatchObject(sound);
      expect(round.unsure).toBeGreaterThan(0);
    },
    120_000,
  );
});
