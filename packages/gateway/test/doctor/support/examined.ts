import { randomBytes } from "node:crypto";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect } from "vitest";
import { findingsOf } from "../../../src/commands/doctor.js";
import type { ExamineWorld } from "../../../src/doctor/examine.js";
import type { Finding } from "../../../src/doctor/finding.js";
import { readSettings } from "../../../src/settings.js";
import { openWhole, type WholeGateway } from "../../invariants/support/whole-gateway.js";
import { newPostgres, runOn } from "../../support/postgres.js";

export type Env = Readonly<Record<string, string>>;

/** What an examination found. */
export interface Examined {
  readonly findings: readonly Finding[];
  /** The level of a check at its worst. */
  level(check: string): Finding["level"] | undefined;
  /** All that is said of it. */
  says(check: string): string;
}

/** A whole gateway, with the settings that it was started with. */
export interface Patient {
  readonly whole: WholeGateway;
  readonly env: Env;
  examine(changes?: Env, world?: Partial<ExamineWorld>, limitMs?: number): Promise<Examined>;
  /** Runs a statement past the gateway. */
  run(statement: string): Promise<void>;
  /** The check's finding before and after it is spoiled, and after it is mended. */
  spoiledAndMended(
    check: string,
    spoil: () => unknown,
    mend: () => unknown,
    changes?: Env,
  ): Promise<{ readonly spoiled: Finding["level"] | undefined; readonly says: string }>;
  close(): Promise<void>;
}

export async function examined(
  env: Env,
  world: Partial<ExamineWorld> = {},
  limitMs?: number,
): Promise<Examined> {
  const settings = readSettings(env);
  const own = { now: Date.now, randomBytes, fetch, ...world };
  const all = await findingsOf({ settings, faults: new Map() }, [], own, limitMs);
  // A PostgreSQL for tests may run without.
  const findings = all.filter(({ says }) => !says.includes("fsync off"));
  const worst = ["ok", "warn", "fault"] as const;
  const of = (check: string) => findings.filter((one) => one.check === check);
  return {
    findings,
    level: (check) => worst[Math.max(...of(check).map(({ level }) => worst.indexOf(level)))],
    says: (check) =>
      of(check)
        .map(({ says, next = "" }) => `${says} ${next}`)
        .join("\n"),
  };
}

async function onSqlite() {
  return { env: {}, drop: async () => undefined };
}
async function onPostgres() {
  const { url, drop } = await newPostgres();
  await runOn(url, `alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = on`);
  return { env: { DATABASE_URL: url }, drop };
}
export const places = [
  ["SQLite", onSqlite],
  ["PostgreSQL", onPostgres],
] as const;

export async function newPatient(place: (typeof places)[number][1], extra: Env = {}): Promise<Patient> {
  const { env: own, drop } = await place();
  const whole = await openWhole({ env: { ...own, ...extra } });
  const env: Env = {
    ...own,
    ...extra,
    KUNJI_DATA: whole.data,
    KUNJI_PORT: new URL(whole.gateway.url).port,
    KUNJI_SANDBOX_URL: whole.sandboxUrl,
    KUNJI_EGRESS_TARGETS: "any",
  };
  const patient: Patient = {
    whole,
    env,
    examine: (changes = {}, world, limitMs) => examined({ ...env, ...changes }, world, limitMs),
    async run(statement) {
      if (env.DATABASE_URL !== undefined) return void (await runOn(env.DATABASE_URL, statement));
      const database = new Sqlite(join(whole.data, "gateway", "gateway.sqlite"));
      database.exec(statement);
      database.close();
    },
    async spoiledAndMended(check, spoil, mend, changes) {
      expect((await patient.examine(changes)).level(check)).toBe("ok");
      await spoil();
      const bad = await patient.examine(changes);
      await mend();
      expect((await patient.examine(changes)).level(check)).toBe("ok");
      return { spoiled: bad.level(check), says: bad.says(check) };
    },
    async close() {
      await whole.close();
      await drop();
    },
  };
  return patient;
}
