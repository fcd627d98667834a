import { type Clock, Secret, type Session } from "kunji";
import { describe, expect, it } from "vitest";
import { canBeRenewed, carriedUntil } from "../../src/domain/renewal.js";

const now = Date.UTC(2026, 10, 20, 6);
const hour = 3_600_000;
const renews = { refresh: true };
const moment: Clock = { kind: "moment", at: now + hour };
const daily = (time: string): Clock => ({ kind: "daily", time, utcOffset: "+00:00", by: "exchanges" });
const session = (clocks: readonly Clock[], refreshEndsAt?: number): Session => ({
  broker: "zebu",
  account: "FA1",
  confirmed: true,
  startedAt: now,
  usedAt: now,
  ...(refreshEndsAt !== undefined && { refreshEndsAt }),
  clocks,
  secrets: { access: new Secret("token") },
});

describe("a session can be renewed", () => {
  const can = (given: Session, { traits = renews, reason = null as string | null } = {}) =>
    canBeRenewed({ traits, session: given, reason }, now);

  it("where its token's own end is the first one, its broker renews, and has not refused to", () => {
    expect(can(session([moment]))).toBe(true);
    expect(can(session([moment, daily("08:00")]))).toBe(true);
    expect(can(session([moment]), { reason: "timed_out" })).toBe(true);
    expect(can(session([moment]), { traits: { refresh: false } })).toBe(false);
    expect(can(session([moment]), { reason: "refresh_refused" })).toBe(false);
    expect(can(session([moment, daily("06:30")]))).toBe(false);
    expect(can(session([]))).toBe(false);
  });

  it("until its refresh token's end, and not at it", () => {
    expect(can(session([moment], now + 1))).toBe(true);
    expect(can(session([moment], now))).toBe(false);
    expect(can(session([moment], now - 1))).toBe(false);
  });
});

describe("renewals carry a session", () => {
  const carried = (given: Session, traits = renews) => carriedUntil({ traits, session: given });

  it("to the daily logout, or the refresh token's end, whichever comes first", () => {
    const logout = Date.UTC(2026, 10, 20, 8);
    expect(carried(session([moment, daily("08:00")]))).toBe(logout);
    expect(carried(session([moment, daily("08:00")], logout - 1))).toBe(logout - 1);
    expect(carried(session([moment, daily("08:00")], logout + 1))).toBe(logout);
    expect(carried(session([moment], logout))).toBe(logout);
  });

  it("as far as time goes, where nothing ends that", () => {
    expect(carried(session([moment]))).toBe(8_640_000_000_000_000);
  });

  it("nowhere, where another clock ends it or nobody knows its end, and say nothing where its broker renews none", () => {
    expect(carried(session([{ kind: "idle", ms: 60_000 }, moment]))).toBe(0);
    expect(carried(session([]))).toBe(0);
    expect(carried(session([moment]), { refresh: false })).toBeNull();
  });
});
