import type { BrokerId } from "kunji";
import type { Counter, Histogram } from "prom-client";
import type { Bound, Glance, ProxyNumbers } from "../../ports/metrics.js";

/** What is looked at. */
export interface Counted {
  readonly begun: Counter;
  readonly finished: Counter;
  readonly refused: Counter;
  readonly refreshes: Counter;
  readonly deliveries: Counter;
  /** In seconds. */
  readonly proxied: Histogram;
  /** The bounds of its buckets, rising, in seconds. */
  readonly buckets: readonly number[];
}

interface Value {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
}

/** How many there are under each text of a label. */
function sumBy(values: readonly Value[], label: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { labels, value } of values) {
    const text = String(labels[label]);
    sums[text] = (sums[text] ?? 0) + value;
  }
  return sums;
}

const of = (values: readonly Value[], broker: string): readonly Value[] =>
  values.filter(({ labels }) => labels.broker === broker);

/** Every broker that any of the values is about, in the order of their names. */
const brokersIn = (...values: (readonly Value[])[]): readonly BrokerId[] =>
  [...new Set(values.flat().map(({ labels }) => labels.broker as BrokerId))].sort();

/** The bucket within which so many of a hundred lie; `upTo` holds how many lie within each, rising. */
export function boundOf(
  percent: number,
  upTo: readonly number[],
  count: number,
  buckets: readonly number[],
): Bound {
  const wanted = Math.ceil((percent * count) / 100);
  const bucket = buckets[upTo.findIndex((within) => within >= wanted)];
  return bucket === undefined ? { overMs: (buckets.at(-1) ?? 0) * 1_000 } : { withinMs: bucket * 1_000 };
}

function proxyNumbers(
  broker: BrokerId,
  values: readonly (Value & { readonly metricName?: string | undefined })[],
  buckets: readonly number[],
): ProxyNumbers {
  const counts = values.filter(({ metricName }) => metricName?.endsWith("_count"));
  const within = sumBy(
    values.filter(({ metricName }) => metricName?.endsWith("_bucket")),
    "le",
  );
  const statuses = sumBy(counts, "status");
  const count = Object.values(statuses).reduce((sum, each) => sum + each, 0);
  const upTo = buckets.map((bucket) => within[String(bucket)] ?? 0);
  const bound = (percent: number): Bound => boundOf(percent, upTo, count, buckets);
  return { broker, statuses, p50: bound(50), p95: bound(95), p99: bound(99) };
}

/** Reads the numbers out of the counters themselves. @param since when they began, ms since 1970, UTC */
export async function readGlance(counted: Counted, since: number): Promise<Glance> {
  const valuesOf = async (metric: Counter | Histogram): Promise<readonly Value[]> =>
    (await metric.get()).values;
  const [begun, finished, refused, refreshes, deliveries, proxied] = await Promise.all([
    valuesOf(counted.begun),
    valuesOf(counted.finished),
    valuesOf(counted.refused),
    valuesOf(counted.refreshes),
    valuesOf(counted.deliveries),
    valuesOf(counted.proxied),
  ]);
  const tries = sumBy(deliveries, "outcome");
  return {
    since,
    logins: brokersIn(begun, finished, refused).map((broker) => ({
      broker,
      begun: sumBy(of(begun, broker), "broker")[broker] ?? 0,
      finished: sumBy(of(finished, broker), "broker")[broker] ?? 0,
      refused: sumBy(of(refused, broker), "reason"),
    })),
    refreshes: brokersIn(refreshes).map((broker) => {
      const { renewed = 0, refused = 0, unknown = 0 } = sumBy(of(refreshes, broker), "outcome");
      return { broker, renewed, refused, unknown };
    }),
    proxied: brokersIn(proxied).map((broker) => proxyNumbers(broker, of(proxied, broker), counted.buckets)),
    deliveries: {
      delivered: tries.delivered ?? 0,
      again: tries.again ?? 0,
      givenUp: tries.given_up ?? 0,
    },
  };
}
