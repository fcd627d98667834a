import { describe, expect, it } from "vitest";
import { length, moment } from "../src/times.js";
import { rig, start } from "./support/rig.js";

describe("a moment", () => {
  it("of this year shows none, of another its year", () => {
    expect(moment(start, start)).not.toContain("2026");
    expect(moment(Date.parse("2027-02-01T00:00:00Z"), start)).toContain("2027");
    expect(moment(Date.parse("9999-12-31T00:00:00Z"), start)).toContain("9999");
  });

  it("that no calendar reaches gets words", () => {
    for (const ms of [9e15, Number.POSITIVE_INFINITY, Number.NaN])
      expect(moment(ms, start)).toBe("a moment that no calendar holds");
    expect(length(9e15)).toMatch(/ d /);
  });
});

describe("a session that ends too far away", () => {
  it.each([Date.parse("9999-12-31T00:00:00Z"), 9e15])("(%d) is shown all the same", async (end) => {
    const at = await rig();
    expect(await at.kunji(["login", "zebu", "--no-browser"])).toMatchObject({ exit: 0 });
    const place = { broker: "zebu", env: "sandbox" } as const;
    const session = await at.store.session(place);
    if (!session) throw new Error("no session");
    await at.store.saveSession(place, { ...session, clocks: [{ kind: "moment", at: end }] });
    for (const more of [[], ["--json"]]) {
      const status = await at.kunji(["status", "zebu", ...more]);
      expect(status).toMatchObject({ stderr: "" });
      expect(status.exit).toBeLessThan(4);
    }
  });
});
