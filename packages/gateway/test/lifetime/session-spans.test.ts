import { describe, expect, it } from "vitest";
import { type SessionTurn, type SpannedConnection, sessionSpans } from "../../src/domain/session-spans.js";

const now = Date.UTC(2026, 10, 23, 6);
const turn = (kind: SessionTurn["kind"], at: number, more: Partial<SessionTurn> = {}): SessionTurn => ({
  kind,
  at,
  generation: null,
  reason: null,
  ...more,
});
const row = (change: Partial<SpannedConnection> = {}): SpannedConnection => ({
  status: "active",
  startedAt: 1,
  endsAt: null,
  updatedAt: now,
  ...change,
});
const spans = (turns: readonly SessionTurn[], change: Partial<SpannedConnection> = {}) =>
  sessionSpans(turns, row(change), now);

describe("a session among those of a connection", () => {
  it("begins with the login that is told first", () => {
    expect(spans([turn("active", 5, { generation: 1 })])).toMatchObject([{ began: 5, how: "lives" }]);
    expect(spans([turn("refreshed", 5, { generation: 2 })])).toMatchObject([{ began: null, how: "lives" }]);
  });

  it("is another one behind a login of which no number is told", () => {
    expect(spans([turn("active", 5), turn("active", 7)])).toMatchObject([
      { began: 5, ended: 7, how: "relogin" },
      { began: 7, ended: null, how: "lives" },
    ]);
    expect(spans([turn("active", 5, { generation: 1 }), turn("active", 7, { generation: 1 })])).toMatchObject(
      [{ began: 5, ended: null, how: "lives" }],
    );
  });

  it("takes its doubt with it into its end", () => {
    const turns = [
      turn("active", 5, { generation: 1 }),
      turn("unsure", 6),
      turn("active", 7, { generation: 1 }),
      turn("unsure", 8),
      turn("login_needed", 9, { reason: "outcome_unknown" }),
    ];
    expect(spans(turns, { status: "login_needed" })).toEqual([
      {
        began: 5,
        ended: 9,
        how: "cut",
        reason: "outcome_unknown",
        renewals: [],
        doubts: [
          { from: 6, until: 7 },
          { from: 8, until: 9 },
        ],
      },
    ]);
  });

  it("has ended when it was over, where that was noted later, and never later than it was noted", () => {
    const ended = (endedAt: number) =>
      spans([turn("active", 5), turn("login_needed", 9, { reason: "session_over", endedAt })], {
        status: "login_needed",
      })[0]?.ended;
    expect([ended(7), ended(12)]).toEqual([7, 9]);
  });

  it("was cut at the row's last change, where its end was not told", () => {
    expect(spans([turn("active", 5)], { status: "login_needed", updatedAt: 8 })).toMatchObject([
      { began: 5, ended: 8, how: "cut", reason: null },
    ]);
    expect(spans([turn("active", 5)], { updatedAt: 8 })).toMatchObject([{ ended: null, how: "lives" }]);
  });

  it("is over from the instant of its end on", () => {
    expect(spans([turn("active", 5)], { endsAt: now })).toMatchObject([
      { ended: now, how: "over", reason: "session_over" },
    ]);
    expect(spans([turn("active", 5)], { endsAt: now + 1 })).toMatchObject([{ ended: null, how: "lives" }]);
  });

  it("is known by the row alone, where nothing was told of it", () => {
    expect(spans([])).toMatchObject([{ began: 1, ended: null, how: "lives" }]);
    expect(spans([], { startedAt: null })).toEqual([]);
    expect(spans([], { status: "login_needed" })).toEqual([]);
  });
});
