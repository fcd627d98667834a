/** The brokers' side of all five: in-process for tests, over HTTP for everyone else. */
import type { SandboxBroker, World } from "./broker.js";
import { brokers as allBrokers } from "./brokers/index.js";
import type { Clock } from "./clock.js";
import { createCore } from "./core.js";
import { createApp } from "./http/app.js";
import { type Fetch, fetchInProcess } from "./http/fetch-in-process.js";
import { type Address, type Listening, listen } from "./http/listen.js";
import type { PresetUrls } from "./presets.js";

export type { App, BrokerId, SandboxBroker, User, World } from "./broker.js";
export { currentCode } from "./credentials.js";
export type { Fault } from "./faults/fault.js";
export { faults } from "./faults/index.js";
export type { Address, Listening } from "./http/listen.js";
export { fingerprint } from "./ledger/fingerprint.js";
export type { LedgerEntry } from "./store/ledger-rows.js";

/** What a sandbox is made with. */
export interface SandboxOptions {
  /** The SQLite file that keeps the state; in memory where it is left out. */
  readonly file?: string;
  /** ms since 1970: the clock on the wall. */
  readonly now?: () => number;
  readonly randomBytes?: (length: number) => Uint8Array;
  /** Origins of the presets' redirect URLs; 127.0.0.1 with the ports 4702 (`cli`) and 4700 (`gateway`) where left out. */
  readonly urls?: Partial<PresetUrls>;
  /** Host names that are answered on a loopback address besides loopback's own and the brokers'. */
  readonly hosts?: readonly string[];
  /** The brokers; all five where it is left out. */
  readonly brokers?: readonly SandboxBroker[];
  /** Takes a line about a handler that failed; standard error where it is left out. */
  readonly complain?: (line: string) => void;
}

/** A sandbox of one's own. */
export interface Sandbox {
  /** Calls the sandbox without a socket; can be injected wherever a `fetch` is wanted. */
  readonly fetch: Fetch;
  /** Serves on a port, as often as wanted. @throws what the operating system says, such as `EADDRINUSE`, as the error's `code` */
  listen(address: Address): Promise<Listening>;
  /** What the brokers' handlers see: apps, users, codes, sessions. */
  readonly world: World;
  /** The sandbox's clock, to be read and moved. */
  readonly clock: Clock;
  /** Back to the presets and the clock on the wall. */
  reset(): void;
  /** Why an older file was thrown away at the start; `null` where none was. */
  readonly startedOver: string | null;
  /** Stops listening and closes the file. */
  close(): Promise<void>;
}

const defaultUrls: PresetUrls = { cli: "http://127.0.0.1:4702", gateway: "http://127.0.0.1:4700" };

/**
 * Makes a sandbox of its own.
 * @throws what the file system or SQLite says where the file can't be opened
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const core = createCore({
    brokers: options.brokers ?? allBrokers,
    file: options.file ?? ":memory:",
    urls: { ...defaultUrls, ...options.urls },
    now: options.now,
    randomBytes: options.randomBytes,
  });
  const app = createApp(core, {
    hosts: options.hosts ?? [],
    complain: options.complain ?? ((line) => process.stderr.write(`${line}\n`)),
  });
  const open = new Set<Listening>();
  return {
    fetch: fetchInProcess(app, "http://127.0.0.1:4701"),
    async listen(address) {
      const listening = await listen(app, address);
      open.add(listening);
      return listening;
    },
    world: core.world,
    clock: core.clock,
    reset: core.reset,
    startedOver: core.startedOver,
    async close() {
      await Promise.all([...open].map((listening) => listening.close()));
      open.clear();
      core.close();
    },
  };
}
