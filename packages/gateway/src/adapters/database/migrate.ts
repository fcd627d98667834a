import { sql } from "kysely";
import { Migrator } from "kysely/migration";
import { StoreProblem } from "../../ports/store-problem.js";
import { migrations } from "./migrations/index.js";
import type { Place } from "./tables.js";

/** The names of the migrations that this database has had; none where it is empty. */
export async function migrationsDone({ db, traits }: Place): Promise<readonly string[]> {
  const table = "kysely_migration";
  const known = await (traits.name === "sqlite"
    ? sql`select name from sqlite_master where name = ${table}`
    : sql`select to_regclass(${table}) as name where to_regclass(${table}) is not null`
  ).execute(db);
  if (known.rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)}`.execute(db);
  return rows.map(({ name }) => name);
}

/** The names of this version's migrations, oldest first. */
export const thisVersion: readonly string[] = Object.keys(migrations);

/** Whether the database has had every migration of this version and no other. */
export async function isOfThisVersion(place: Place): Promise<boolean> {
  const had = new Set(await migrationsDone(place));
  return had.size === thisVersion.length && [...had].every((name) => name in migrations);
}

/**
 * Brings the database to this version's tables. Any number of gateways may do it at once.
 * @throws StoreProblem `store_newer` where a later version has been here
 */
export async function migrate(place: Place): Promise<void> {
  const provider = {
    getMigrations: async () =>
      Object.fromEntries(
        Object.entries(migrations).map(([name, step]) => [
          name,
          { up: (db: Parameters<typeof step>[0]) => step(db, place.traits) },
        ]),
      ),
  };
  const { error } = await new Migrator({ db: place.db, provider }).migrateToLatest();
  if (!error) return;
  if ((await migrationsDone(place)).some((name) => !(name in migrations)))
    throw new StoreProblem(
      "store_newer",
      "The database belongs to a later version of the gateway. Start that version, or a copy from before it.",
    );
  if (error instanceof StoreProblem) throw error;
  throw new StoreProblem("store_failed", "The database's tables could not be brought to this version.");
}
