import { describe, expect, it } from "vitest";
import { type SessionTurn, sessionSpans } from "../../src/domain/session-spans.js";
import { sessionsSection, weekScale } from "../../src/http/pages/dashboard/connection-sessions.js";

const hour = 3_600_000;
const day = 24 * hour;
/** Monday, 11:30 in India; ms since 1970, UTC. */
const now = Date.UTC(2026, 10, 23, 6);
const turn = (kind: SessionTurn["kind"], hours: number, more: Partial<SessionTurn> = {}): SessionTurn => ({
  kind,
  at: now + hours * hour,
  generation: null,
  reason: null,
  ...more,
});
const active = (hours: number, generation: number) => turn("active", hours, { generation });
const row = (change: Partial<Parameters<typeof sessionSpans>[1]> = {}) => ({
  status: "login_needed",
  startedAt: now - hour,
  endsAt: null,
  updatedAt: now,
  ...change,
});
const spans = (turns: readonly SessionTurn[], change = {}) =>
  sessionSpans(turns, row(change), now).map(({ began, ended, how, reason }) => [
    began === null ? null : (began - now) / hour,
    ended === null ? null : (ended - now) / hour,
    how,
    reason,
  ]);

describe("the sessions of a connection, from what happened", () => {
  it("end by their clock, by the broker, by another login, with the connection, or go on", () => {
    const turns = [
      turn("created", -90),
      active(-80, 1),
      turn("login_needed", -72, { reason: "session_over" }),
      active(-60, 2),
      turn("login_needed", -50, { reason: "broker_ended" }),
      active(-40, 3),
      active(-30, 4),
    ];
    const before = [
      [-80, -72, "over", "session_over"],
      [-60, -50, "cut", "broker_ended"],
      [-40, -30, "relogin", null],
    ];
    const lives = { status: "active", endsAt: now + hour };
    expect(spans(turns, lives)).toEqual([...before, [-30, null, "lives", null]]);
    expect(spans([...turns, turn("closed", -10)], { status: "closed" })).toEqual([
      ...before,
      [-30, -10, "closed", null],
    ]);
    // Its end has passed, and nobody has written it down yet.
    expect(spans(turns, { status: "active", endsAt: now - hour })).toEqual([
      ...before,
      [-30, -1, "over", "session_over"],
    ]);
  });

  it("are carried on by renewals, and by a doubt that was resolved", () => {
    const turns = [
      turn("created", -20),
      active(-19, 1),
      turn("refreshed", -18, { generation: 2 }),
      turn("unsure", -17, { reason: "timed_out" }),
      turn("unsure", -16.5, { reason: "network_failed" }),
      active(-16, 2),
      turn("refreshed", -15, { generation: 3 }),
      turn("unsure", -14),
    ];
    const found = sessionSpans(turns, row({ status: "unsure" }), now);
    expect(found).toHaveLength(1);
    expect(found[0]?.renewals.map((at) => (at - now) / hour)).toEqual([-18, -15]);
    expect(found[0]?.doubts).toEqual([
      { from: now - 17 * hour, until: now - 16 * hour },
      { from: now - 14 * hour, until: null },
    ]);
    const renewed = [active(-9, 1), turn("unsure", -8), turn("refreshed", -7, { generation: 2 })];
    expect(sessionSpans(renewed, row({ status: "active" }), now)[0]?.doubts).toEqual([
      { from: now - 8 * hour, until: now - 7 * hour },
    ]);
    // Another login in its place is another session, though the doubt lasts.
    expect(spans([...turns, active(-13, 4)], { status: "active" })).toEqual([
      [-19, -13, "relogin", null],
      [-13, null, "lives", null],
    ]);
  });

  it("had begun before where what is kept begins in the midst of them", () => {
    expect(spans([turn("refreshed", -9), turn("login_needed", -5, { reason: "session_over" })])).toEqual([
      [null, -5, "over", "session_over"],
    ]);
    expect(spans([], { status: "active", startedAt: now - 3 * hour })).toEqual([[-3, null, "lives", null]]);
    expect(spans([], { status: "new", startedAt: null })).toEqual([]);
    // A login that waited for its word was no session.
    expect(spans([turn("created", -9), turn("login_needed", -5, { reason: "vendor_logged_out" })])).toEqual(
      [],
    );
  });
});

describe("the week they are drawn on", () => {
  it("lasts from a midnight of the market's clock to the one after today", () => {
    const india = weekScale(now, "IN");
    expect(india.days).toEqual(["17", "18", "19", "20", "21", "22", "23"].map((date) => `2026-11-${date}`));
    expect(india.from).toBe(Date.parse("2026-11-17T00:00+05:30"));
    expect(india.until).toBe(Date.parse("2026-11-24T00:00+05:30"));
    expect([india.from - day, india.from, now, india.until, now + 2 * day].map(india.x)).toEqual([
      0, 0, 6_479, 7_000, 7_000,
    ]);
    // In New York it is the small hours of that Monday.
    expect(weekScale(now, "US").days.at(-1)).toBe("2026-11-23");
    expect(weekScale(now - 3 * hour, "US").days.at(-1)).toBe("2026-11-22");
  });

  it.each([
    ["longer, when summer time ends", "2026-11-01", 25],
    ["shorter, when it begins", "2026-03-08", 23],
  ])("has a day in New York that is %s, and as wide as any", (_, date, hours) => {
    const { x, days, from, until } = weekScale(Date.parse(`${date}T17:00Z`), "US");
    expect(days.at(-1)).toBe(date);
    expect(until - from).toBe(6 * day + hours * hour);
    const midnight = until - hours * hour;
    expect([x(midnight), x(midnight + (hours * hour) / 2), x(until)]).toEqual([6_000, 6_500, 7_000]);
  });
});

describe("the picture of them", () => {
  const section = async (
    turns: readonly SessionTurn[],
    change: Parameters<typeof row>[0],
    since: number | null = null,
  ) => {
    const connection = { ...row(change), status: change?.status ?? "login_needed" } as const;
    const history = { spans: sessionSpans(turns, connection, now), spansSince: since };
    const traits = { name: "Zebu", country: "IN" } as const;
    return String(await sessionsSection({ connection: connection as never, traits, history, now }));
  };
  const lives = { status: "active", endsAt: now + 2 * hour };

  it("has a bar from a session's login to its end, and on to the end that is known", async () => {
    const text = await section([turn("created", -11.5), active(-11.5, 1)], lives);
    // From midnight to 11:30, then two hours more.
    expect(text).toContain('<rect class="span lives" x="6000" y="14" width="479" height="28">');
    expect(text).toContain('<rect class="span planned" x="6479" y="14" width="84" height="28">');
    expect(text).toContain('<path class="now-line" d="M6479 0V56"/>');
  });

  it("shows what is too short to be seen, leaves out what was before, and marks what ended early", async () => {
    const turns = [
      turn("created", -300),
      active(-300, 1),
      turn("login_needed", -290, { reason: "session_over" }),
      active(-5, 2),
      turn("login_needed", -4.99, { reason: "broker_ended" }),
    ];
    const text = await section(turns, { status: "login_needed" });
    expect(text.match(/<rect class="span cut" x="\d+" y="14" width="24"/g)).toHaveLength(1);
    expect(text).toContain('class="cut-mark"');
    expect(text).not.toContain('class="span over"');
    expect(text.match(/<tr><td/g)).toHaveLength(1);
    expect(text).toContain(
      "Zebu ended the session before its time, as a login elsewhere does. Log in again. <code>broker_ended</code>",
    );
  });

  it("shows the newest forty of very many, and says so", async () => {
    const logins = (count: number) => [
      turn("created", -100),
      ...Array.from({ length: count }, (_, i) => active(i - 100, i + 1)),
    ];
    const many = await section(logins(50), lives);
    expect(many.match(/<tr><td/g)).toHaveLength(40);
    expect(many).toContain("These are the newest 40 of 50.");
    const few = await section(logins(40), lives);
    expect(few.match(/<tr><td/g)).toHaveLength(40);
    expect(few).not.toContain("These are the newest");
  });

  it("says since when it knows, and that there was none", async () => {
    const cut = [turn("refreshed", -20), turn("login_needed", -10, { reason: "session_over" })];
    expect(await section(cut, {}, now - 20 * hour)).toContain("is not kept any more");
    expect(await section(cut, {})).not.toContain("is not kept any more");
    expect(await section([], { startedAt: null })).toContain("No session in these days.");
  });
});
