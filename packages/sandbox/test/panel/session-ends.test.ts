import { describe, expect, it } from "vitest";
import { brokers } from "../../src/brokers/index.js";
import { createCore } from "../../src/core.js";
import { nextEnd, type ShownSession, sessionsOf } from "../../src/panel/session-list.js";
import { brokerIds, openSession } from "../support/open-session.js";
import { rig, start } from "../support/rig.js";

describe("what the panel says of a session's end", () => {
  it.each(brokerIds)("is what %s does: good one millisecond before, over then", async (id) => {
    const made = await rig();
    const call = await openSession(made, id);
    const broker = brokers.find((each) => each.id === id)!;
    const [session] = made.sandbox.world.sessions(id, { kind: "user" });
    const end = Math.min(...broker.lifeOf(session!).ends.map(({ at }) => at));
    made.sandbox.clock.moveTo(end, true);
    expect(await call()).toBe(false);
    made.sandbox.clock.moveTo(end - 1);
    expect(await call()).toBe(true);
  });

  it("moves with each call where idle time counts", async () => {
    const made = await rig();
    const call = await openSession(made, "nuvama");
    const broker = brokers.find(({ id }) => id === "nuvama")!;
    const ends = () => broker.lifeOf(made.sandbox.world.sessions("nuvama", { kind: "user" })[0]!).ends;
    const [daily, idle] = ends();
    expect([daily.at, idle?.at]).toEqual([start + 6.5 * 3_600_000, start + 8 * 3_600_000]);
    made.sandbox.clock.moveTo(start + 60_000, true);
    await call();
    expect(ends().map(({ at }) => at)).toEqual([daily.at, start + 8 * 3_600_000 + 60_000]);
  });

  it("ends a vendor's session at Nuvama after its own 24 hours", async () => {
    const made = await rig();
    const call = await openSession(made, "nuvama");
    const broker = brokers.find(({ id }) => id === "nuvama")!;
    const [vendor] = made.sandbox.world.sessions("nuvama", { kind: "vendor" });
    expect(broker.lifeOf(vendor!).ends).toMatchObject([{ at: start + 86_400_000 }]);
    expect(await call()).toBe(true);
  });
});

const shown = (at: number, state: ShownSession["state"] = "live"): ShownSession => ({
  session: {} as ShownSession["session"],
  appName: "cli",
  end: { at, why: `at ${at}` },
  state,
});

describe("what falls next", () => {
  it("is the first end of a live session, with all that end within a minute of it", () => {
    const many = [shown(200_000), shown(100_000), shown(160_000), shown(160_001), shown(1, "over")];
    expect(nextEnd(many)).toEqual({ at: 100_000, why: "at 100000", falling: 2 });
    expect(nextEnd([shown(1, "over"), shown(2, "renewable")])).toBeUndefined();
  });

  it("tells a session that can be renewed from one that is over", () => {
    let now = start;
    const core = createCore({
      brokers,
      file: ":memory:",
      urls: { cli: "http://127.0.0.1:1", gateway: "http://127.0.0.1:2" },
      now: () => now,
    });
    const zebu = brokers.find(({ id }) => id === "zebu")!;
    core.store.sessions.put({
      id: "one",
      broker: "zebu",
      kind: "user",
      appId: "zebu-cli",
      username: "ZP0001",
      createdAt: now,
      usedAt: now,
      tokens: {},
      data: { accessEnds: now + 1_000, refreshEnds: now + 2_000 },
    });
    const states = [0, 999, 1_000, 1_999, 2_000].map((ms) => {
      now = start + ms;
      return sessionsOf(core, zebu)[0]?.state;
    });
    expect(states).toEqual(["live", "live", "renewable", "renewable", "over"]);
    core.close();
  });
});
