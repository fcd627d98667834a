import type { BrokerId } from "kunji";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Installation } from "../../ports/installation.js";
import type { Metrics } from "../../ports/metrics.js";
import type { Signals } from "../../ports/signals.js";
import { readGlance } from "./glance.js";

export interface PrometheusOptions {
  readonly installation: Pick<Installation, "countConnections">;
  /** Takes the warnings: they are no numbers. */
  readonly warn: Signals["warn"];
  /** A clock that only goes forward, in ms. */
  readonly monotonicMs: () => number;
  /** The clock on the wall; ms since 1970, UTC. */
  readonly wall: () => number;
  /** How far the machine's clock is ahead of the database's, in ms; `undefined` where they are not compared. */
  readonly clockAheadMs?: () => number | undefined;
  /** Whether the process's own numbers are told too; they are by default. */
  readonly ofProcess?: boolean;
}

/** Connections are counted again when the last count is older than this, in ms. */
const countedForMs = 15_000;
/** In seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

function countConnections(registry: Registry, { installation, monotonicMs }: PrometheusOptions): void {
  let counts: ReturnType<Installation["countConnections"]> | undefined;
  let countedAt = 0;

  async function current() {
    if (!counts || monotonicMs() - countedAt > countedForMs) {
      countedAt = monotonicMs();
      counts = installation.countConnections();
      counts.catch(() => {
        counts = undefined;
      });
    }
    return counts;
  }

  const gauge: Gauge = new Gauge({
    name: "kunji_connections",
    help: "Connections by broker and status.",
    labelNames: ["broker", "status"],
    registers: [registry],
    async collect() {
      const found = await current();
      gauge.reset();
      for (const { broker, status, count } of found) gauge.set({ broker, status }, count);
    },
  });
}

function showClock(registry: Registry, { clockAheadMs }: PrometheusOptions): void {
  const gauge: Gauge = new Gauge({
    name: "kunji_clock_ahead_seconds",
    help: "How far the machine's clock is ahead of the database's.",
    registers: [registry],
    collect() {
      const ms = clockAheadMs?.();
      if (ms === undefined) gauge.remove();
      else gauge.set(ms / 1_000);
    },
  });
}

/** Counts what happens, for Prometheus. No label is a text that a caller wrote. */
export function createPrometheusSignals(options: PrometheusOptions): {
  readonly signals: Signals;
  readonly metrics: Metrics;
} {
  const registry = new Registry();
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const begun = counter("kunji_logins_begun_total", "Logins that a browser began.", ["broker"]);
  const finished = counter("kunji_logins_finished_total", "Logins that were confirmed.", ["broker"]);
  const refused = counter("kunji_logins_refused_total", "Logins that failed, by code.", ["broker", "reason"]);
  const refreshes = counter("kunji_refreshes_total", "Renewals of sessions.", ["broker", "outcome"]);
  const deliveries = counter("kunji_deliveries_total", "Tries to deliver an event.", ["outcome"]);
  const warnings = counter("kunji_warnings_total", "Things to be looked at, by kind.", ["what"]);
  const proxied = new Histogram({
    name: "kunji_proxy_seconds",
    help: "How long a forwarded call took.",
    labelNames: ["broker", "status"],
    buckets,
    registers: [registry],
  });
  const since = options.wall();
  const counted = { begun, finished, refused, refreshes, deliveries, proxied, buckets };
  countConnections(registry, options);
  if (options.clockAheadMs) showClock(registry, options);
  if (options.ofProcess ?? true) collectDefaultMetrics({ register: registry });
  // Looking labels up costs more than counting, and every forwarded call does it.
  const observed = new Map<BrokerId, { observe(seconds: number): void }[]>();

  function observerOf(broker: BrokerId, status: number) {
    const hundreds = Math.floor(status / 100);
    const known = observed.get(broker)?.[hundreds];
    if (known) return known;
    const made = proxied.labels(broker, `${hundreds}xx`);
    const ofBroker = observed.get(broker) ?? [];
    ofBroker[hundreds] = made;
    observed.set(broker, ofBroker);
    return made;
  }

  return {
    signals: {
      loginBegun: (broker) => begun.inc({ broker }),
      loginFinished: (broker) => finished.inc({ broker }),
      loginRefused: (broker, reason) => refused.inc({ broker, reason }),
      refreshed: (broker, outcome) => refreshes.inc({ broker, outcome }),
      proxied: (broker, status, ms) => observerOf(broker, status).observe(ms / 1_000),
      delivered: (outcome) => deliveries.inc({ outcome }),
      warn(what, facts) {
        warnings.inc({ what });
        options.warn(what, facts);
      },
    },
    metrics: {
      read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
      glance: () => readGlance(counted, since),
    },
  };
}
