import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DueTogether, makeDueTogether } from "./support/due-together.js";
import { type ManyGateways, openMany } from "./support/gateways.js";
import { renewAll } from "./support/renewal-round.js";

const count = 200;
/** A busy machine answers late: that would be an outage, which is another test's. */
const renewals = { leaseMs: 75_000, callMs: 25_000 };

describe("two hundred sessions that fall due together at four gateways", () => {
  let many: ManyGateways;
  let due: DueTogether;
  beforeAll(async () => {
    many = await openMany();
    const [first] = await many.start(4, { renewals });
    if (!first) throw new Error("no gateway");
    await many.by(() => first).addApp("zebu");
    due = await makeDueTogether(many, count);
  }, 90_000);
  afterAll(async () => {
    await due?.close();
    await many?.close();
  });

  it("are renewed once each, by all of them, and none is forgotten", async () => {
    const round = await renewAll(many, due, renewals);
    expect(round).toMatchObject({ connections: count, refreshes: count, overlaps: 0, most: 1 });
    expect(round).toMatchObject({ unsure: 0, forgotten: 0, dead: 0 });
    expect(round.gateways).toBeGreaterThan(1);
  }, 300_000);
});
