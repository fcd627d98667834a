import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ManyGateways, openMany } from "./support/gateways.js";
import { findOut } from "./support/unknown-outcome.js";

/** Shorter than in life. */
const renewals = { leaseMs: 9_000, callMs: 3_000 };

// With leases as in life: npm run faults -- many-gateways
describe("a connection whose gateway has died within a renewal", () => {
  let many: ManyGateways;
  beforeAll(async () => {
    many = await openMany();
    const [first] = await many.start(2, { renewals });
    if (!first) throw new Error("no gateway");
    await many.by(() => first).addApp("zebu");
  }, 60_000);
  afterAll(() => many?.close());

  it.each([
    ["is unsure, then active where its session lives", "active", null],
    ["is unsure, then asks for a login where its session has ended", "login_needed", "broker_ended"],
  ] as const)(
    "%s, told within a minute",
    async (_, end, reason) => {
      const found = await findOut(many, end, { renewals });
      expect(found).toMatchObject({ told: ["connection.unsure", `connection.${end}`], status: end, reason });
      expect(found.withinS).toBeLessThan(60);
      expect(found.sinceUnsureS).toBeGreaterThanOrEqual(0);
      expect(found.sinceUnsureS).toBeLessThan(60);
    },
    90_000,
  );
});
