import { writeSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { Client } from "pg";
import { openStore, type StorePlace } from "../../../src/adapters/database/open-store.js";

/** What a process is told to do. */
export interface MigratingTask {
  readonly place: StorePlace;
  /** The statement that it dies before, counted from 1; left out: it comes to its end. */
  readonly dieAt?: number | undefined;
}

/** Opens a database, which brings its tables to this version, and tells how many statements that took. */
async function run({ place, dieAt }: MigratingTask): Promise<void> {
  let statements = 0;
  const step = (): void => {
    if (++statements === dieAt) process.kill(process.pid, "SIGKILL");
  };
  const before = <T extends object>(target: T, name: keyof T & string): void => {
    const own = target[name] as (...given: unknown[]) => unknown;
    Object.assign(target, {
      [name](this: unknown, ...given: unknown[]) {
        step();
        return own.apply(this, given);
      },
    });
  };
  if ("url" in place) before(Client.prototype, "query");
  else {
    before(Sqlite.prototype, "prepare");
    before(Sqlite.prototype, "exec");
  }
  await (await openStore(place)).close();
  writeSync(1, `${statements}\n`);
}

await run(JSON.parse(process.argv[2] ?? "") as MigratingTask);
