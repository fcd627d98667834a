import { CamelCasePlugin, type UnknownRow } from "kysely";

/**
 * Columns in TypeScript's spelling. The ones that the database computes beside sealed values stay out of rows: nobody may write
 * them back.
 */
export class ColumnNames extends CamelCasePlugin {
  protected override mapRow(row: UnknownRow): UnknownRow {
    const mapped = super.mapRow(row);
    for (const name of Object.keys(mapped)) if (name.startsWith("keyOfSealed")) delete mapped[name];
    return mapped;
  }
}
