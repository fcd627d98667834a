import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandbox, type LedgerEntry, type Sandbox } from "@kunji/sandbox";
import { type BrokerId, Secret } from "kunji";
import { createBrokers } from "../../src/adapters/brokers/sdk-brokers.js";
import { createEgress, type UndiciEgress } from "../../src/adapters/egress/undici-egress.js";
import { embeddedKeys } from "../../src/adapters/vault/key-source.js";
import { openVault } from "../../src/adapters/vault/open-vault.js";
import { createMarketCalendar } from "../../src/domain/market-calendar.js";
import { marketDays } from "../../src/domain/market-days.js";
import { usualPace } from "../../src/domain/renewal-pace.js";
import type { App } from "../../src/ports/apps.js";
import type { Ports } from "../../src/ports/ports.js";
import type { Signals } from "../../src/ports/signals.js";
import type { Store } from "../../src/ports/store.js";
import type { TestDatabase } from "./databases.js";

/** A Friday, 11:30 in India: the market is open. ms since 1970, UTC */
export const friday = Date.UTC(2026, 10, 20, 6);
export const publicUrl = "http://127.0.0.1:4700";
export const returnUrl = "https://app.example/connected";

export const redirectBrokers = ["ventura", "nuvama", "zebu", "rmoney"] as const satisfies readonly BrokerId[];
export const allBrokers = [...redirectBrokers, "autoshares"] as const satisfies readonly BrokerId[];

interface PresetUser {
  readonly username: string;
  readonly password: string;
  readonly totpSecret: string;
  readonly about: string;
}

interface Preset {
  readonly apps: { readonly gateway: Readonly<Record<string, string>> };
  readonly users: readonly [PresetUser, ...PresetUser[]];
}

/** A gateway's outside: a database, a sandbox that listens, and one clock for both. */
export interface TestWorld {
  readonly ports: Ports;
  /** The proxies of the ports; any address will do. */
  readonly egress: UndiciEgress;
  readonly store: Store;
  readonly sandbox: Sandbox;
  /** Where the sandbox listens. */
  readonly sandboxUrl: string;
  readonly presets: Readonly<Record<BrokerId, Preset>>;
  /** What was signalled, as `name broker outcome`. */
  readonly signalled: string[];
  /** Reads the clock of both; ms since 1970, UTC. */
  now(): number;
  /** Moves the clock of both. */
  advance(ms: number): void;
  /** What a broker has received, newest last. */
  ledger(broker: BrokerId): Promise<readonly LedgerEntry[]>;
  /** The login at the sandbox without a browser: the URL that the browser would be sent to. */
  logIn(broker: BrokerId, loginUrl: string, username?: string): Promise<string>;
  /** A tenant with an app, with its broker's name as id, at each of these brokers. */
  addTenant(tenant: string, brokers?: readonly BrokerId[]): Promise<void>;
  close(): Promise<void>;
}

function recordingSignals(signalled: string[]): Signals {
  const note = (...parts: readonly unknown[]) => void signalled.push(parts.join(" "));
  return {
    loginBegun: (broker) => note("login begun", broker),
    loginFinished: (broker) => note("login finished", broker),
    loginRefused: (broker, reason) => note("login refused", broker, reason),
    refreshed: (broker, outcome) => note("refreshed", broker, outcome),
    proxied: (broker, status) => note("proxied", broker, status),
    delivered: (outcome) => note("delivered", outcome),
    warn: (what) => note("warn", what),
  };
}

/** @param database from `databases`; it is dropped by `close` */
export async function newWorld(database: TestDatabase): Promise<TestWorld> {
  let moved = 0;
  const now = () => friday + moved;
  const folder = await mkdtemp(join(tmpdir(), "kunji-world-"));
  const sandbox = createSandbox({ now, urls: { gateway: publicUrl } });
  const { origin: sandboxUrl } = await sandbox.listen({ host: "127.0.0.1", port: 0 });
  const store = await database.open();
  const vault = await openVault({
    source: embeddedKeys(folder),
    records: store.vaultRecords,
    randomBytes,
    say: () => undefined,
  });
  const signalled: string[] = [];
  const presets = await (await sandbox.fetch(`${sandboxUrl}/_sandbox/presets`)).json();
  const egress = createEgress({ targets: "any", connectMs: 1_000 });
  const ports: Ports = {
    store,
    vault,
    brokers: createBrokers({ sandboxUrl, now, egress, timeoutMs: 2_000 }),
    egress,
    markets: { NSE: createMarketCalendar(marketDays.NSE), US: createMarketCalendar(marketDays.US) },
    signals: recordingSignals(signalled),
    now,
    randomBytes,
    publicUrl,
    foresight: { endsSoonMs: 30 * 60_000, evening: "18:00" },
    renewals: usualPace,
    monotonicMs: () => performance.now(),
    ordersPerSecond: 10,
  };

  async function addApp(tenant: string, broker: BrokerId): Promise<App | undefined> {
    const { keys } = ports.brokers.traits[broker];
    const given = presets[broker].apps.gateway;
    const settings = Object.fromEntries(
      Object.entries(keys).flatMap(([name, { brokerName }]) =>
        given[brokerName] === undefined ? [] : [[name, given[brokerName]]],
      ),
    );
    const sealedKeys = await vault.seal(
      { tenant, kind: "app", id: broker, field: "keys" },
      new Secret(JSON.stringify(settings)),
    );
    const handle = `handle-${tenant}-${broker}`;
    const app = { id: broker, broker, environment: "sandbox", sealedKeys, returnUrls: [returnUrl], handle };
    const made = await store.apps.put(tenant, { ...app, at: now() });
    if (given.redirect_url === undefined) return made;
    await sandbox.fetch(`${sandboxUrl}/${broker}/portal/apps/${broker}-gateway`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_url: `${publicUrl}/callback/${broker}/${handle}` }),
    });
    return made;
  }

  return {
    ports,
    egress,
    store,
    sandbox,
    sandboxUrl,
    presets,
    signalled,
    now,
    advance(ms) {
      moved += ms;
    },
    async ledger(broker) {
      const answer = await sandbox.fetch(`${sandboxUrl}/_sandbox/ledger?broker=${broker}`);
      return answer.json();
    },
    async logIn(broker, loginUrl, username = presets[broker].users[0].username) {
      const parameters = Object.fromEntries(new URL(loginUrl).searchParams);
      const answer = await sandbox.fetch(`${sandboxUrl}/_sandbox/${broker}/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...parameters, username }),
      });
      return ((await answer.json()) as { redirect: string }).redirect;
    },
    async addTenant(tenant, brokers = allBrokers) {
      await store.tenants.add(tenant, { name: tenant, madeBy: null, at: now() });
      for (const broker of brokers) await addApp(tenant, broker);
    },
    async close() {
      await egress.close();
      await store.close();
      await sandbox.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
