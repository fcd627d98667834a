import { sql } from "kysely";
import type { ColumnKind, MovedColumn } from "../../domain/moved-row.js";
import { StoreProblem } from "../../ports/store-problem.js";
import { stayingColumns } from "./moved-tables.js";
import type { Place } from "./tables.js";

const kinds: Readonly<Record<string, ColumnKind>> = {
  text: "text",
  integer: "integer",
  bigint: "integer",
  blob: "bytes",
  bytea: "bytes",
};

/** The columns of a table that are moved, in the order of their names: alike in both databases. */
export async function movedColumns({ db, traits }: Place, table: string): Promise<readonly MovedColumn[]> {
  const asked =
    traits.name === "sqlite"
      ? sql<{ name: string; type: string }>`
          select name, type from pragma_table_xinfo(${table}) where hidden = 0`
      : sql<{ name: string; type: string }>`
          select column_name as name, data_type as type from information_schema.columns
          where table_schema = current_schema() and table_name = ${table} and is_generated = 'NEVER'`;
  const { rows } = await asked.execute(db);
  const moved = rows.filter(({ name }) => !stayingColumns.includes(name));
  return moved
    .map(({ name, type }) => {
      const kind = kinds[type.toLowerCase()];
      if (!kind) throw new StoreProblem("store_failed", `The column ${table}.${name} can't be moved.`);
      return { name, kind };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
