import { CamelCasePlugin, type UnknownRow } from "kysely";

const isComputed = (name: string): boolean => name.startsWith("keyOfSealed") || name === "readyUntil";

/** Columns in TypeScript's spelling. The ones that the database computes stay out of rows: nobody may write them back. */
export class ColumnNames extends CamelCasePlugin {
  protected override mapRow(row: UnknownRow): UnknownRow {
    const mapped = super.mapRow(row);
    for (const name of Object.keys(mapped)) if (isComputed(name)) delete mapped[name];
    return mapped;
  }
}
