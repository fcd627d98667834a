import { createBrokers } from "./adapters/brokers/sdk-brokers.js";
import { type DatabaseClock, openDatabaseClock } from "./adapters/database/database-clock.js";
import { openStore } from "./adapters/database/open-store.js";
import { createEgress, type UndiciEgress } from "./adapters/egress/undici-egress.js";
import type { Log } from "./adapters/signals/pino-log.js";
import { createPrometheusSignals } from "./adapters/signals/prometheus-signals.js";
import { openVault } from "./adapters/vault/open-vault.js";
import { createMarketCalendar } from "./domain/market-calendar.js";
import type { RandomBytes } from "./domain/random-text.js";
import type { RenewalPace } from "./domain/renewal-pace.js";
import { keySourceOf } from "./key-place.js";
import type { Metrics } from "./ports/metrics.js";
import type { Ports } from "./ports/ports.js";
import type { Settings } from "./settings.js";
import { noteStore } from "./store-left.js";
import { storePlaceOf } from "./store-place.js";

/** What the ports are opened with besides the settings. */
export interface World {
  /** ms since 1970, UTC; left out: the database's clock, where that may be another machine's, else the one on the wall */
  readonly now: (() => number) | undefined;
  /** The clock on the wall; ms since 1970, UTC. */
  readonly wall: () => number;
  /** A clock that only goes forward, in ms. */
  readonly monotonicMs: () => number;
  readonly randomBytes: RandomBytes;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly log: Log;
  /** Takes a sentence for the operator. */
  readonly say: (sentence: string) => void;
  readonly renewals: RenewalPace;
}

/** What the ports are, and what belongs to them. */
export interface OpenPorts {
  readonly ports: Ports & { readonly egress: UndiciEgress };
  readonly metrics: Metrics;
  /** The database's clock; `undefined` where it is not followed. */
  readonly clock: DatabaseClock | undefined;
}

/**
 * Opens everything that the gateway reaches the world with. Close the store and the proxies to give it back.
 * @throws StoreProblem, KeyringError
 */
export async function openPorts(
  settings: Settings,
  publicUrl: string,
  { now: given, wall, monotonicMs, randomBytes, fetch, log, say, renewals }: World,
): Promise<OpenPorts> {
  const { databaseUrl, sandboxUrl, environments, marketDays } = settings;
  const store = await openStore(storePlaceOf(settings));
  try {
    const source = keySourceOf(settings);
    const { installation, vaultRecords: records } = store;
    let clock: DatabaseClock | undefined;
    const clockAheadMs = (): number | undefined => clock?.aheadMs();
    const { signals, metrics } = createPrometheusSignals({
      installation,
      warn: log.warn,
      monotonicMs,
      wall,
      clockAheadMs,
    });
    if (!given && databaseUrl !== undefined)
      clock = await openDatabaseClock({ read: store.clock, monotonicMs, wall, warn: signals.warn });
    const now = given ?? clock?.now ?? wall;
    const vault = await openVault({ source, records, randomBytes, say, warn: signals.warn });
    await noteStore(settings);
    const egress = createEgress({ targets: settings.egressTargets });
    const reached = { sandboxUrl, listed: environments, fetch, egress, timeoutMs: renewals.callMs };
    const ports = {
      store,
      vault,
      brokers: createBrokers({ ...reached, now, monotonicMs, randomBytes }),
      egress,
      markets: { NSE: createMarketCalendar(marketDays.NSE), US: createMarketCalendar(marketDays.US) },
      signals,
      now,
      monotonicMs,
      randomBytes,
      publicUrl,
      foresight: { endsSoonMs: settings.endsSoonMs, evening: settings.evening },
      renewals: { perSecond: settings.renewalsPerSecond, ...renewals },
      ordersPerSecond: settings.ordersPerSecond,
    };
    return { ports, metrics, clock };
  } catch (error) {
    await store.close();
    throw error;
  }
}
