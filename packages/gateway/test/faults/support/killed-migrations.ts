import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { migrations } from "../../../src/adapters/database/migrations/index.js";
import { openStore } from "../../../src/adapters/database/open-store.js";
import type { TestDatabase } from "../../support/databases.js";
import { runStatement } from "../../support/run-statement.js";
import { fillVersion0001 } from "../../support/version-0001.js";
import type { MigratingTask } from "./migrating-process.js";

const hooks = new URL("../../support/typescript-hooks.mjs", import.meta.url).href;
const program = fileURLToPath(new URL("migrating-process.ts", import.meta.url));

/** What came of killing the way from the first version to this one. */
export interface KilledMigrations {
  /** That the whole way takes. */
  statements: number;
  kills: number;
  /** Rows that the first version had. */
  rows: number;
  /** Ways that the next start did not bring to their end, and rows that were gone then or had changed; in sentences. */
  readonly notThrough: string[];
  readonly lost: string[];
}

/** Its statements; `undefined` where it was killed. @throws Error with what it said where it failed */
async function migrated(task: MigratingTask): Promise<number | undefined> {
  const args = ["--disable-warning=ExperimentalWarning", "--import", hooks, program, JSON.stringify(task)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  await once(child, "close");
  if (child.signalCode === "SIGKILL") return undefined;
  if (child.exitCode !== 0) throw new Error(`A migration failed: ${complaint}`);
  return Number(said);
}

/** A database of the first version with so many connections. */
async function early(make: () => Promise<TestDatabase>, rows: number): Promise<TestDatabase> {
  const database = await make();
  await fillVersion0001(database.place);
  const columns =
    "tenant, app, broker, account, status, generation, sealed_session, started_at, used_at, ends_at, created_at, updated_at";
  const numbers =
    "url" in database.place
      ? `select n from generate_series(2, ${rows}) n`
      : `with recursive s(n) as (select 2 union all select n + 1 from s where n < ${rows}) select n from s`;
  if (rows > 1)
    await runStatement(
      database.place,
      `insert into connections (id, "user", ${columns}) select 'c' || n, 'u' || n, ${columns}
       from connections, (${numbers}) as numbers where id = 'c1'`,
    );
  return database;
}

const sum = `select count(*) as count, sum(generation) as generations, sum(length(sealed_session)) as bytes,
  count(distinct "user") as users from connections`;

/**
 * Kills the way to this version before one of its statements, and starts again: at each of them, or at `count` that lie
 * evenly among them.
 */
export async function killMigrations(
  make: () => Promise<TestDatabase>,
  { rows, count, onKill }: { rows: number; count?: number; onKill?: (found: KilledMigrations) => void },
): Promise<KilledMigrations> {
  const whole = await early(make, rows);
  const was = JSON.stringify(await runStatement(whole.place, sum));
  const statements = (await migrated({ place: whole.place })) ?? 0;
  const found: KilledMigrations = { statements, kills: 0, rows, notThrough: [], lost: [] };
  const expected = JSON.stringify(await runStatement(whole.place, sum));
  if (expected !== was) found.lost.push(`undisturbed: ${was} is ${expected}`);
  await whole.drop();
  const step = count === undefined ? 1 : Math.max(1, Math.floor(statements / count));
  for (let dieAt = Math.max(1, Math.floor(step / 2)); dieAt <= statements; dieAt += step) {
    const database = await early(make, rows);
    try {
      if ((await migrated({ place: database.place, dieAt })) !== undefined) continue;
      found.kills++;
      await (await openStore(database.place)).close();
      const names = await runStatement(database.place, "select name from kysely_migration order by name");
      if (names.length !== Object.keys(migrations).length)
        found.notThrough.push(`killed before statement ${dieAt}: ${names.length} migrations`);
      const left = JSON.stringify(await runStatement(database.place, sum));
      if (left !== was) found.lost.push(`killed before statement ${dieAt}: ${was} is ${left}`);
    } catch (error) {
      found.notThrough.push(`killed before statement ${dieAt}: ${String(error)}`);
    } finally {
      await database.drop();
    }
    onKill?.(found);
  }
  return found;
}
