import type { MovedColumn, MovedRow } from "../domain/moved-row.js";

/** Takes a database's rows, a table after the other; whoever gives them waits for each answer. */
export interface RowSink {
  /** The rows to come are this table's. */
  table(name: string, columns: readonly MovedColumn[]): Promise<void>;
  rows(rows: readonly MovedRow[]): Promise<void>;
}
