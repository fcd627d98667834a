import { randomBytes } from "node:crypto";
import { createBrokers } from "../../../src/adapters/brokers/sdk-brokers.js";
import { createEgress } from "../../../src/adapters/egress/undici-egress.js";
import { keyFileOf } from "../../../src/adapters/vault/key-source.js";
import { openVault } from "../../../src/adapters/vault/open-vault.js";
import { createMarketCalendar } from "../../../src/domain/market-calendar.js";
import { marketDays } from "../../../src/domain/market-days.js";
import { usualPace } from "../../../src/domain/renewal-pace.js";
import type { Ports } from "../../../src/ports/ports.js";
import { publicUrl } from "../../support/world.js";
import type { ManyGateways } from "./gateways.js";

/** A gateway's ports without a gateway: on the database and the key file of all, at the sandbox past what keeps calls. */
export interface PortsBeside {
  readonly ports: Ports;
  close(): Promise<void>;
}

export async function openPortsBeside(many: ManyGateways): Promise<PortsBeside> {
  const { store, now } = many;
  const egress = createEgress({ targets: "any" });
  const reach = (url: string, init: RequestInit) => many.sandbox.fetch(url, init);
  const ports: Ports = {
    store,
    vault: await openVault({
      source: keyFileOf(many.keyFile),
      records: store.vaultRecords,
      randomBytes,
      say: () => undefined,
    }),
    brokers: createBrokers({ sandboxUrl: many.sandboxUrl, now, fetch: reach }),
    egress,
    markets: { NSE: createMarketCalendar(marketDays.NSE), US: createMarketCalendar(marketDays.US) },
    signals: { warn: () => undefined } as unknown as Ports["signals"],
    now,
    randomBytes,
    publicUrl,
    foresight: { endsSoonMs: 30 * 60_000, evening: "18:00" },
    renewals: usualPace,
    monotonicMs: () => performance.now(),
    ordersPerSecond: 10,
  };
  return { ports, close: () => egress.close() };
}
