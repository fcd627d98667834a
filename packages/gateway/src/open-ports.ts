import { createBrokers } from "./adapters/brokers/sdk-brokers.js";
import { openStore } from "./adapters/database/open-store.js";
import { createEgress, type UndiciEgress } from "./adapters/egress/undici-egress.js";
import type { Log } from "./adapters/signals/pino-log.js";
import { createPrometheusSignals } from "./adapters/signals/prometheus-signals.js";
import { embeddedKeys, keyFileOf } from "./adapters/vault/key-source.js";
import { openVault } from "./adapters/vault/open-vault.js";
import { createMarketCalendar } from "./domain/market-calendar.js";
import type { RandomBytes } from "./domain/random-text.js";
import type { Metrics } from "./ports/metrics.js";
import type { Ports } from "./ports/ports.js";
import type { Settings } from "./settings.js";
import { storePlaceOf } from "./store-place.js";

/** How long one call to a broker may take, in ms: well inside every lease. */
const brokerMs = 10_000;

/** What the ports are opened with besides the settings. */
export interface World {
  /** ms since 1970, UTC */
  readonly now: () => number;
  /** A clock that only goes forward, in ms. */
  readonly monotonicMs: () => number;
  readonly randomBytes: RandomBytes;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly log: Log;
  /** Takes a sentence for the operator. */
  readonly say: (sentence: string) => void;
}

/**
 * Opens everything that the gateway reaches the world with. Close the store and the proxies to give it back.
 * @throws StoreProblem, KeyringError
 */
export async function openPorts(
  settings: Settings,
  publicUrl: string,
  { now, monotonicMs, randomBytes, fetch, log, say }: World,
): Promise<{ readonly ports: Ports & { readonly egress: UndiciEgress }; readonly metrics: Metrics }> {
  const { data, keyFile, sandboxUrl, environments, marketDays } = settings;
  const store = await openStore(storePlaceOf(settings));
  try {
    const source = keyFile === undefined ? embeddedKeys(data) : keyFileOf(keyFile);
    const { installation, vaultRecords: records } = store;
    const { signals, metrics } = createPrometheusSignals({ installation, warn: log.warn, monotonicMs });
    const vault = await openVault({ source, records, randomBytes, say, warn: signals.warn });
    const egress = createEgress({ targets: settings.egressTargets });
    const reached = { sandboxUrl, listed: environments, fetch, egress, timeoutMs: brokerMs };
    const ports = {
      store,
      vault,
      brokers: createBrokers({ ...reached, now, randomBytes }),
      egress,
      markets: { NSE: createMarketCalendar(marketDays.NSE), US: createMarketCalendar(marketDays.US) },
      signals,
      now,
      randomBytes,
      publicUrl,
      foresight: { endsSoonMs: settings.endsSoonMs, evening: settings.evening },
      ordersPerSecond: settings.ordersPerSecond,
    };
    return { ports, metrics };
  } catch (error) {
    await store.close();
    throw error;
  }
}
