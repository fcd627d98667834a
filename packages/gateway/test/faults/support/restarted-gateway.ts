import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandbox } from "@kunji/sandbox";
import { createBrokers } from "../../../src/adapters/brokers/sdk-brokers.js";
import type { StorePlace } from "../../../src/adapters/database/open-store.js";
import type { WholeGateway } from "../../invariants/support/whole-gateway.js";
import { type GatewayProcess, startProcess } from "../../many/support/process.js";
import { type RecordedBrokers, recordBrokers } from "../../many/support/recorded-brokers.js";
import { steererOf, wholeThrough } from "../../many/support/whole-through.js";
import { newPostgres } from "../../support/postgres.js";
import { allBrokers, friday, publicUrl } from "../../support/world.js";

/** A gateway in a process of its own that is ended and started again, on one database; the brokers live on. */
export interface RestartedGateway {
  /** What `journey` takes: each call goes to the process that was started last. */
  readonly whole: WholeGateway;
  readonly brokers: RecordedBrokers;
  readonly place: StorePlace;
  readonly keyFile: string;
  /** Starts it, and waits until it listens. */
  start(): Promise<GatewayProcess>;
  close(): Promise<void>;
}

/** Shorter than in life: what a death has left in doubt is known soon. */
const renewals = { leaseMs: 9_000, callMs: 3_000 };

/** The gateway with an app at each of the brokers. It is stopped. */
export async function restartedGateway(kind: "SQLite" | "PostgreSQL"): Promise<RestartedGateway> {
  const data = await mkdtemp(join(tmpdir(), "kunji-restarted-"));
  const keyFile = join(data, "key-file");
  await writeFile(keyFile, `k1:${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  const made = kind === "PostgreSQL" ? await newPostgres() : undefined;
  const place = made ? { url: made.url } : { file: join(data, "gateway", "gateway.sqlite") };
  const offsetMs = friday - Date.now();
  const now = () => Date.now() + offsetMs;
  const sandbox = createSandbox({ now, urls: { gateway: publicUrl } });
  const { origin } = await sandbox.listen({ host: "127.0.0.1", port: 0 });
  const brokers = await recordBrokers(origin);
  const steer = steererOf(sandbox, origin);
  const presets = (await steer("GET", "/_sandbox/presets")) as WholeGateway["presets"];
  const apiKey = `kunji_test_${randomBytes(24).toString("hex")}`;
  let living: GatewayProcess | undefined;
  const env = {
    KUNJI_PORT: "0",
    KUNJI_PUBLIC_URL: publicUrl,
    KUNJI_DATA: data,
    KUNJI_KEY_FILE: keyFile,
    KUNJI_API_KEY: apiKey,
    KUNJI_SANDBOX_URL: brokers.origin,
    KUNJI_WEBHOOK_TARGETS: "any",
    KUNJI_RATE_PER_ADDRESS: "off",
    KUNJI_RATE_PER_KEY: "off",
    ...(made && { DATABASE_URL: made.url }),
  };
  const whole = wholeThrough(() => living?.url ?? "", {
    apiKey,
    data,
    sandboxUrl: brokers.origin,
    presets,
    ports: { brokers: createBrokers({ sandboxUrl: origin }), now },
    sandbox: steer,
    async logIn(broker, loginUrl) {
      const parameters = Object.fromEntries(new URL(loginUrl).searchParams);
      const { username } = presets[broker].users[0];
      const answer = await steer("POST", `/_sandbox/${broker}/login`, { ...parameters, username });
      return (answer as { redirect: string }).redirect;
    },
  });

  async function start(): Promise<GatewayProcess> {
    const clock = { offsetMs };
    const always = { name: "g", env, clock, renewals };
    living = await startProcess({ ...always, wallOffsetMs: 0, background: true, graceMs: 1_000 });
    return living;
  }
  const first = await start();
  for (const broker of allBrokers) {
    const { status, text } = await whole.ask("GET", "/health");
    if (status !== 200) throw new Error(text);
    const app = await whole.addApp(broker);
    if (app.status !== 200) throw new Error(`${broker}: ${app.text}`);
  }
  await first.kill("SIGTERM");

  return {
    whole,
    brokers,
    place,
    keyFile,
    start,
    async close() {
      await living?.kill();
      await brokers.close();
      await sandbox.close();
      await made?.drop();
      await rm(data, { recursive: true, force: true });
    },
  };
}
