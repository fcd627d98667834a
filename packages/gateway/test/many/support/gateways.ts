import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandbox, type Sandbox } from "@kunji/sandbox";
import type { BrokerId } from "kunji";
import { createBrokers } from "../../../src/adapters/brokers/sdk-brokers.js";
import { openStore } from "../../../src/adapters/database/open-store.js";
import type { RenewalPace } from "../../../src/domain/renewal-pace.js";
import type { Store } from "../../../src/ports/store.js";
import { type Call, fetched } from "../../http/support/api-world.js";
import type { WholeGateway } from "../../invariants/support/whole-gateway.js";
import { newPostgres } from "../../support/postgres.js";
import { friday, publicUrl } from "../../support/world.js";
import { type GatewayProcess, startProcess } from "./process.js";
import { type RecordedBrokers, recordBrokers } from "./recorded-brokers.js";
import { steererOf, wholeThrough } from "./whole-through.js";

/** What the gateways that are started have in common, or one of them for itself. */
export interface StartOptions {
  /** What is set besides a port, a folder, the database, the key file and the sandbox. */
  readonly env?: Readonly<Record<string, string>>;
  /** The database by another way, such as a relay's. */
  readonly databaseUrl?: string;
  /** `tests`: a clock that goes on from `friday` and can be moved, the sandbox's too. `own`: the gateway's own. `tests` by default. */
  readonly clock?: "tests" | "own";
  /** How far off the machine's clock is taken to be, in ms. */
  readonly wallOffsetMs?: number;
  /** Whether it does its work by itself; it does by default. */
  readonly background?: boolean;
  /** How long it waits for requests that run when it is ended by SIGTERM, in ms. */
  readonly graceMs?: number;
  /** How renewals keep apart, if not as in life. */
  readonly renewals?: RenewalPace;
}

/** Several gateways as processes of their own on one PostgreSQL, and the brokers they reach. */
export interface ManyGateways {
  readonly databaseUrl: string;
  /** The operator's API key, at every gateway. */
  readonly apiKey: string;
  readonly keyFile: string;
  readonly sandbox: Sandbox;
  /** Where the sandbox listens, past what keeps calls. */
  readonly sandboxUrl: string;
  // biome-ignore lint/suspicious/noExplicitAny: the sandbox's own text
  readonly presets: any;
  /** The login at the sandbox without its page: where the browser is sent back to. */
  logIn(broker: BrokerId, loginUrl: string, username: string): Promise<string>;
  /** The way to the sandbox, which keeps what comes by it. */
  readonly brokers: RecordedBrokers;
  /** The database beside the gateways. */
  readonly store: Store;
  /** Those that were started, the ended ones too. */
  readonly all: readonly GatewayProcess[];
  /** ms since 1970, UTC: the clock of the sandbox and of the gateways that have the tests' clock. */
  now(): number;
  /** Moves that clock: the sandbox's, and that of all gateways that live, or of these alone. */
  moveClock(ms: number, only?: readonly GatewayProcess[]): Promise<void>;
  /** Starts so many at once, and waits until they listen. */
  start(count: number, options?: StartOptions): Promise<GatewayProcess[]>;
  /** A call with the operator's API key where none is named. */
  ask(gateway: GatewayProcess, method: string, path: string, call?: Call): ReturnType<typeof fetched>;
  /** What `journey` takes: each call goes to the gateway that is named then. */
  by(through: () => GatewayProcess): WholeGateway;
  close(): Promise<void>;
}

/**
 * An empty database, a key file and a sandbox that listens. Nothing is started yet.
 * @param makeDatabase makes the empty database
 */
export async function openMany(makeDatabase = newPostgres): Promise<ManyGateways> {
  let offset = friday - Date.now();
  const now = () => Date.now() + offset;
  const folder = await mkdtemp(join(tmpdir(), "kunji-many-"));
  const keyFile = join(folder, "keys");
  await writeFile(keyFile, `k1:${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  const apiKey = `kunji_test_${randomBytes(24).toString("hex")}`;
  const { url: databaseUrl, drop } = await makeDatabase();
  const sandbox = createSandbox({ now, urls: { gateway: publicUrl } });
  const { origin } = await sandbox.listen({ host: "127.0.0.1", port: 0 });
  const brokers = await recordBrokers(origin);
  const store = await openStore({ url: databaseUrl });
  const steer = steererOf(sandbox, origin);
  const presets = (await steer("GET", "/_sandbox/presets")) as ManyGateways["presets"];
  async function logIn(broker: BrokerId, loginUrl: string, username: string): Promise<string> {
    const parameters = Object.fromEntries(new URL(loginUrl).searchParams);
    const answer = await steer("POST", `/_sandbox/${broker}/login`, { ...parameters, username });
    return (answer as { redirect: string }).redirect;
  }
  const { traits } = createBrokers({ sandboxUrl: origin });
  const all: GatewayProcess[] = [];
  let names = 0;

  async function start(count: number, options: StartOptions = {}): Promise<GatewayProcess[]> {
    const { env = {}, clock = "tests", wallOffsetMs = 0, background = true, graceMs = 1_000 } = options;
    const started = await Promise.all(
      Array.from({ length: count }, () => {
        const name = `g${++names}`;
        return startProcess({
          name,
          env: {
            KUNJI_PORT: "0",
            KUNJI_PUBLIC_URL: publicUrl,
            KUNJI_DATA: join(folder, name),
            KUNJI_KEY_FILE: keyFile,
            KUNJI_API_KEY: apiKey,
            KUNJI_SANDBOX_URL: brokers.origin,
            KUNJI_WEBHOOK_TARGETS: "any",
            KUNJI_RATE_PER_ADDRESS: "off",
            DATABASE_URL: options.databaseUrl ?? databaseUrl,
            ...env,
          },
          clock: clock === "tests" ? { offsetMs: offset } : undefined,
          wallOffsetMs,
          background,
          graceMs,
          renewals: options.renewals,
        });
      }),
    );
    all.push(...started);
    return started;
  }

  const ask: ManyGateways["ask"] = (gateway, method, path, call = {}) =>
    fetched(`${gateway.url}${path}`, method, { key: apiKey, ...call });

  const by = (through: () => GatewayProcess): WholeGateway =>
    wholeThrough(() => through().url, {
      apiKey,
      data: folder,
      sandboxUrl: brokers.origin,
      presets,
      ports: { brokers: { traits }, store, now },
      sandbox: steer,
      logIn: (broker, loginUrl) => logIn(broker, loginUrl, presets[broker].users[0].username),
    });

  return {
    databaseUrl,
    apiKey,
    keyFile,
    sandbox,
    sandboxUrl: origin,
    presets,
    logIn,
    brokers,
    store,
    all,
    now,
    async moveClock(ms, only = all) {
      offset += ms;
      const living = only.filter((gateway) => gateway.alive());
      await Promise.all(living.map((gateway) => gateway.tell({ do: "move clock", ms })));
    },
    start,
    ask,
    by,
    async close() {
      await Promise.all(all.map((gateway) => gateway.kill()));
      await store.close();
      await brokers.close();
      await sandbox.close();
      await drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
