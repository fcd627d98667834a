import { describe, expect, it } from "vitest";
import { createPrometheusSignals } from "../../src/adapters/signals/prometheus-signals.js";

function opened() {
  let clock = 0;
  let counts = 1;
  let reads = 0;
  const warned: string[] = [];
  const { signals, metrics } = createPrometheusSignals({
    installation: {
      async countConnections() {
        reads++;
        if (counts < 0) throw new Error("away");
        return [{ broker: "zebu", status: "active", count: counts }];
      },
    },
    warn: (what) => void warned.push(what),
    monotonicMs: () => clock,
    wall: () => Date.parse("2026-11-22T04:30:00Z") + clock,
    ofProcess: false,
  });
  return {
    signals,
    warned,
    reads: () => reads,
    advance: (ms: number) => {
      clock += ms;
    },
    have: (count: number) => {
      counts = count;
    },
    glance: metrics.glance,
    lines: async () => (await metrics.read()).text.split("\n"),
  };
}

describe("the numbers for Prometheus", () => {
  it("count what is signalled, by its labels", async () => {
    const { signals, lines, warned } = opened();
    signals.loginBegun("zebu");
    signals.loginBegun("zebu");
    signals.loginFinished("zebu");
    signals.loginRefused("nuvama", "login_unknown");
    signals.refreshed("zebu", "unknown");
    signals.delivered("again");
    signals.warn("job_failed", { job: "x" });
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'kunji_logins_begun_total{broker="zebu"} 2',
        'kunji_logins_finished_total{broker="zebu"} 1',
        'kunji_logins_refused_total{broker="nuvama",reason="login_unknown"} 1',
        'kunji_refreshes_total{broker="zebu",outcome="unknown"} 1',
        'kunji_deliveries_total{outcome="again"} 1',
        'kunji_warnings_total{what="job_failed"} 1',
      ]),
    );
    expect(warned).toEqual(["job_failed"]);
  });

  it("tell how long forwarded calls took, by broker and class of status", async () => {
    const { signals, lines } = opened();
    signals.proxied("zebu", 200, 30);
    signals.proxied("zebu", 204, 70);
    signals.proxied("zebu", 502, 2_000);
    const text = await lines();
    expect(text).toContain('kunji_proxy_seconds_count{broker="zebu",status="2xx"} 2');
    expect(text).toContain('kunji_proxy_seconds_sum{broker="zebu",status="2xx"} 0.1');
    expect(text).toContain('kunji_proxy_seconds_bucket{le="0.05",broker="zebu",status="2xx"} 1');
    expect(text).toContain('kunji_proxy_seconds_count{broker="zebu",status="5xx"} 1');
  });

  it("count connections at most every fifteen seconds, and again after a failure", async () => {
    const { lines, advance, have, reads } = opened();
    const line = (count: number) => `kunji_connections{broker="zebu",status="active"} ${count}`;
    expect(await lines()).toContain(line(1));
    have(2);
    advance(15_000);
    expect(await lines()).toContain(line(1));
    advance(1);
    expect(await lines()).toContain(line(2));
    expect(reads()).toBe(2);
    have(-1);
    advance(15_001);
    await expect(lines()).rejects.toThrow("away");
    have(3);
    expect(await lines()).toContain(line(3));
  });

  it("tell a person at a glance what was counted and since when, each broker's apart, and nothing of those without", async () => {
    const { signals, glance, advance } = opened();
    const since = Date.parse("2026-11-22T04:30:00Z");
    const nothing = { since, logins: [], refreshes: [], proxied: [] };
    expect(await glance()).toEqual({ ...nothing, deliveries: { delivered: 0, again: 0, givenUp: 0 } });
    advance(60_000);
    signals.loginBegun("zebu");
    signals.loginBegun("zebu");
    signals.loginFinished("zebu");
    signals.loginRefused("zebu", "login_denied");
    signals.loginRefused("nuvama", "login_unknown");
    signals.refreshed("zebu", "renewed");
    signals.refreshed("zebu", "unknown");
    for (const outcome of ["delivered", "delivered", "again", "given_up"] as const)
      signals.delivered(outcome);
    expect(await glance()).toEqual({
      since,
      logins: [
        { broker: "nuvama", begun: 0, finished: 0, refused: { login_unknown: 1 } },
        { broker: "zebu", begun: 2, finished: 1, refused: { login_denied: 1 } },
      ],
      refreshes: [{ broker: "zebu", renewed: 1, refused: 0, unknown: 1 }],
      proxied: [],
      deliveries: { delivered: 2, again: 1, givenUp: 1 },
    });
  });

  it("say how long calls took no finer than their buckets, over every status, and that more is more", async () => {
    const { signals, glance } = opened();
    const proxied = async () => (await glance()).proxied;
    signals.proxied("zebu", 200, 25);
    expect(await proxied()).toEqual([
      {
        broker: "zebu",
        statuses: { "2xx": 1 },
        p50: { withinMs: 25 },
        p95: { withinMs: 25 },
        p99: { withinMs: 25 },
      },
    ]);
    for (let i = 0; i < 94; i++) signals.proxied("zebu", 200, 3);
    for (let i = 0; i < 4; i++) signals.proxied("zebu", 401, 26);
    signals.proxied("zebu", 502, 30_001);
    signals.proxied("ventura", 504, 40_000);
    expect(await proxied()).toEqual([
      {
        broker: "ventura",
        statuses: { "5xx": 1 },
        p50: { overMs: 30_000 },
        p95: { overMs: 30_000 },
        p99: { overMs: 30_000 },
      },
      {
        broker: "zebu",
        statuses: { "2xx": 95, "4xx": 4, "5xx": 1 },
        p50: { withinMs: 5 },
        p95: { withinMs: 25 },
        p99: { withinMs: 50 },
      },
    ]);
  });
});
