import { sql } from "kysely";
import { StoreProblem } from "../../ports/store-problem.js";
import type { StorePlace } from "./open-store.js";
import type { Place } from "./tables.js";

async function fileIsHeld(file: string): Promise<boolean> {
  const { holdFile } = await import("./sqlite-lock.js");
  try {
    holdFile(file)();
    return false;
  } catch (error) {
    return error instanceof StoreProblem && error.code === "store_in_use";
  }
}

/** Whether a gateway has the database open besides this process. */
export async function gatewaysAtWork(where: StorePlace, { db }: Place): Promise<boolean> {
  if ("file" in where) return fileIsHeld(where.file);
  const { rows } = await sql`
    select 1 as one from pg_stat_activity
    where datname = current_database() and application_name = 'kunji-gateway' and pid <> pg_backend_pid()
    limit 1`.execute(db);
  return rows.length > 0;
}
