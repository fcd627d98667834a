import { CompiledQuery, sql } from "kysely";
import { MovedFileError } from "../../domain/moved-file-error.js";
import type { MovedColumn, MovedRow } from "../../domain/moved-row.js";
import type { RowSink } from "../../ports/row-sink.js";
import { StoreProblem } from "../../ports/store-problem.js";
import { movedColumns } from "./moved-columns.js";
import { movedTables } from "./moved-tables.js";
import { listOf, placeholders } from "./plain-statements.js";
import type { Place } from "./tables.js";

/** Less than either database takes in a statement. */
const mostValues = 15_000;

const refersToNothing = /^(?:23503|SQLITE_CONSTRAINT_FOREIGNKEY)$/;
const notTaken = /^(?:23...|22...|SQLITE_CONSTRAINT.*|SQLITE_MISMATCH)$/;

async function checkEmpty({ db }: Place): Promise<void> {
  for (const { name } of movedTables) {
    const { rows } = await sql`select 1 as one from ${sql.table(name)} limit 1`.execute(db);
    if (rows.length > 0)
      throw new StoreProblem(
        "store_not_empty",
        "The database is not empty. Import into a new one, which no gateway has been started on.",
      );
  }
}

async function put(
  { db, traits }: Place,
  table: string,
  columns: readonly MovedColumn[],
  rows: readonly MovedRow[],
): Promise<void> {
  const width = columns.length;
  const lines = rows.map((_, i) => `(${placeholders(traits, i * width, width)})`);
  const into = `insert into ${listOf([table])} (${listOf(columns.map(({ name }) => name))})`;
  try {
    await db.executeQuery(CompiledQuery.raw(`${into} values ${lines.join(", ")}`, rows.flat()));
  } catch (error) {
    const code = error instanceof StoreProblem ? (error.databaseCode ?? "") : "";
    if (refersToNothing.test(code))
      throw new MovedFileError(
        "moved_file_foreign",
        `A row of the table ${table} refers to a row, or lies under a key, that is not in the file.`,
      );
    if (notTaken.test(code))
      throw new MovedFileError(
        "moved_file_foreign",
        `A row of the table ${table} can't be stored (${code}).`,
      );
    throw error;
  }
}

const same = (one: readonly MovedColumn[], other: readonly MovedColumn[]): boolean =>
  one.length === other.length &&
  one.every(({ name, kind }, i) => other[i]?.name === name && other[i]?.kind === kind);

/** Stores the rows that come, as far as they are those of the tables in their order. */
function storing(place: Place): RowSink & { end(): void } {
  let next = 0;
  let now: { readonly name: string; readonly columns: readonly MovedColumn[] } | undefined;
  const foreign = () =>
    new MovedFileError(
      "moved_file_foreign",
      "The file does not hold the tables of this version of the gateway.",
    );
  return {
    async table(name, columns) {
      if (movedTables[next++]?.name !== name || !same(columns, await movedColumns(place, name)))
        throw foreign();
      now = { name, columns };
    },
    async rows(rows) {
      if (!now) throw foreign();
      const most = Math.max(1, Math.floor(mostValues / now.columns.length));
      for (let i = 0; i < rows.length; i += most)
        await put(place, now.name, now.columns, rows.slice(i, i + most));
    },
    end() {
      if (next !== movedTables.length) throw foreign();
    },
  };
}

/**
 * Takes every row that `give` gives into an empty database, in one transaction: where anything is wrong, `give` throws, or the
 * process ends, it stays empty. Gateways that are started on it meanwhile wait.
 * @throws StoreProblem `store_not_empty`; MovedFileError
 */
export async function importRows(place: Place, give: (sink: RowSink) => Promise<void>): Promise<void> {
  await place.db.transaction().execute(async (db) => {
    const within = { ...place, db };
    if (place.traits.name === "postgres") {
      const tables = movedTables.map(({ name }) => sql.table(name));
      await sql`lock table ${sql.join(tables)} in access exclusive mode`.execute(db);
    }
    await checkEmpty(within);
    const sink = storing(within);
    await give(sink);
    sink.end();
  });
  // The planner would count on empty tables until somebody has looked.
  if (place.traits.name === "postgres") await sql`analyze`.execute(place.db);
}
