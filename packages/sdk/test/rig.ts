import { createSandbox, type Sandbox } from "@kunji/sandbox";
import { afterAll } from "vitest";
import { type AnyClient, type BrokerId, brokers, type Options } from "../src/index.js";

/** A sandbox without a socket, and clients that reach it on the sandbox's own clock. */
export interface Rig {
  readonly sandbox: Sandbox;
  /** A client of the broker with the preset `cli` app's keys, `app` over them. */
  client(id: BrokerId, app?: Readonly<Record<string, unknown>>, options?: Options): Promise<AnyClient>;
  /** Calls `/_sandbox/<path>`; a body makes it a POST. */
  steer(path: string, body?: unknown): Promise<unknown>;
  /** The callback URL of a login at this URL, without a browser. */
  callback(id: BrokerId, url: string, more?: Readonly<Record<string, unknown>>): Promise<string>;
  presets(): Promise<Presets>;
  /** What the broker has received and answered. */
  ledger(broker: BrokerId, path?: string): Promise<readonly Received[]>;
  clearFaults(): Promise<unknown>;
  /** Sets the sandbox's clock, which then stands still. `moment`: ISO with a zone. */
  at(moment: string): Promise<void>;
  /** Moves the clock that stands still: `8h1m`. */
  advance(by: string): Promise<void>;
}

export interface Presets
  extends Readonly<
    Record<
      BrokerId,
      {
        readonly app: Readonly<Record<string, string>>;
        readonly users: readonly {
          readonly username: string;
          readonly password: string;
          readonly totpSecret: string;
          readonly totp: string;
          readonly about: string;
        }[];
      }
    >
  > {}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

const origin = "http://127.0.0.1:4701";

export function rig(): Rig {
  const sandbox = createSandbox();
  afterAll(() => sandbox.close());

  const steer: Rig["steer"] = async (path, body) => {
    const init =
      body === undefined
        ? {}
        : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await sandbox.fetch(`${origin}/_sandbox/${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const presets = async () => (await steer("presets")) as Presets;

  return {
    sandbox,
    steer,
    presets,
    async client(id, app = {}, options = {}) {
      const { traits } = brokers[id];
      const preset = (await presets())[id].app;
      const keys = Object.fromEntries(
        Object.entries(traits.keys).map(([field, { brokerName }]) => [field, preset[brokerName]]),
      );
      const whole = { ...keys, redirectUri: preset.redirect_url, ...app };
      return brokers[id].sandbox(origin, whole, {
        fetch: (url, init) => sandbox.fetch(url, init),
        now: () => sandbox.world.now(),
        ...options,
      });
    },
    async callback(id, url, more = {}) {
      const { username } = (await presets())[id].users[0]!;
      const query = Object.fromEntries(new URL(url).searchParams);
      const answer = await steer(`${id}/login`, { username, ...query, ...more });
      return (answer as { redirect: string }).redirect;
    },
    async ledger(broker, path) {
      const query = new URLSearchParams({ broker, ...(path && { path }) });
      return (await steer(`ledger?${query}`)) as Received[];
    },
    clearFaults: () => sandbox.fetch(`${origin}/_sandbox/faults`, { method: "DELETE" }),
    async at(moment) {
      await steer("clock", { now: moment, frozen: true });
    },
    async advance(by) {
      await steer("clock", { advance: by, frozen: true });
    },
  };
}
