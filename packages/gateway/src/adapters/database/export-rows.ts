import { CompiledQuery } from "kysely";
import type { MovedColumn, MovedRow, MovedValue } from "../../domain/moved-row.js";
import type { RowSink } from "../../ports/row-sink.js";
import { StoreProblem } from "../../ports/store-problem.js";
import { isOfThisVersion } from "./migrate.js";
import { movedColumns } from "./moved-columns.js";
import { type MovedTable, movedTables } from "./moved-tables.js";
import { listOf, placeholders } from "./plain-statements.js";
import type { Place } from "./tables.js";

/** How many rows are in memory at once. */
const batch = 500;

/** A table's rows in the order of its key, which is the same in both databases: text sorts by its bytes. */
async function* rowsOf(
  { db, traits }: Place,
  { name, key }: MovedTable,
  columns: readonly MovedColumn[],
): AsyncGenerator<readonly MovedRow[], void, undefined> {
  const from = `select ${listOf(columns.map((column) => column.name))} from ${listOf([name])}`;
  const end = `order by ${listOf(key)} limit ${batch}`;
  const further = `where (${listOf(key)}) > (${placeholders(traits, 0, key.length)})`;
  const places = key.map((column) => columns.findIndex(({ name: own }) => own === column));
  let last: MovedRow | undefined;
  do {
    const query = last
      ? CompiledQuery.raw(
          `${from} ${further} ${end}`,
          places.map((i) => last?.[i]),
        )
      : CompiledQuery.raw(`${from} ${end}`);
    const { rows } = await db.executeQuery<Readonly<Record<string, MovedValue>>>(query);
    const found = rows.map((row) => columns.map((column) => row[column.name] ?? null));
    if (found.length > 0) yield found;
    last = found.length === batch ? found.at(-1) : undefined;
  } while (last);
}

/**
 * Gives every row that is moved, as all of them stood at one moment, while gateways go on.
 * @param place whose integers come with all their 64 bits
 * @throws StoreProblem `store_older`
 */
export async function exportRows(place: Place, sink: RowSink): Promise<void> {
  const begun = place.db.transaction();
  const snapshot =
    place.traits.name === "sqlite"
      ? begun
      : begun.setIsolationLevel("repeatable read").setAccessMode("read only");
  await snapshot.execute(async (db) => {
    const within = { ...place, db };
    if (!(await isOfThisVersion(within)))
      throw new StoreProblem(
        "store_older",
        "The database is not of this version of the gateway. Start the gateway of this version once.",
      );
    for (const table of movedTables) {
      const columns = await movedColumns(within, table.name);
      await sink.table(table.name, columns);
      for await (const rows of rowsOf(within, table, columns)) await sink.rows(rows);
    }
  });
}
