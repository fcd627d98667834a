import type { RowSink } from "../ports/row-sink.js";

/** After how many rows the person hears of them. */
const every = 50_000;

/** Tells how many rows have come by now, as they go on. */
export function toldRows(sink: RowSink, say: (line: string) => void): RowSink {
  let count = 0;
  let told = 0;
  return {
    table: (name, columns) => sink.table(name, columns),
    async rows(rows) {
      await sink.rows(rows);
      count += rows.length;
      if (count - told < every) return;
      told = count;
      say(`  rows so far: ${count}`);
    },
  };
}

/** What was moved, a table a line. */
export const tableCounts = (rows: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(rows)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => `  ${table.padEnd(20)} ${count}`);
