import { type RawBuilder, sql } from "kysely";
import { type SealedPlace, sealedPlaces, slotAt } from "../../domain/sealed-places.js";
import type { SealedValues, StoredSeal } from "../../ports/sealed-values.js";
import type { Place } from "./tables.js";

type Row = Readonly<Record<string, string>> & { readonly sealed: Uint8Array };

const list = (parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> => sql.join(parts);
const columnsOf = ({ key }: SealedPlace): RawBuilder<unknown> => list(key.map((name) => sql.ref(name)));
const valuesOf = (values: readonly string[]): RawBuilder<unknown> =>
  list(values.map((value) => sql`${value}`));

function sealOf(place: SealedPlace, row: Row): StoredSeal {
  const tenant = place.key.includes("tenant") ? (row.tenant ?? "") : "";
  return {
    slot: slotAt(place, tenant, row[place.id] ?? ""),
    sealed: row.sealed,
    key: place.key.map((name) => row[name] ?? ""),
  };
}

async function countIn({ db }: Place, { table, keyOf }: SealedPlace) {
  const { rows } = await sql<{ id: string; count: number }>`
    /* takes its time: it reads as many entries as there are values */
    select ${sql.ref(keyOf)} as id, count(*) as count from ${sql.table(table)}
    where ${sql.ref(keyOf)} is not null group by ${sql.ref(keyOf)}`.execute(db);
  return rows;
}

export function sealedValuesIn(place: Place): SealedValues {
  const { db, traits } = place;
  return {
    async under(at, keyId, { after, limit }) {
      const further = after ? sql`and (${columnsOf(at)}) > (${valuesOf(after)})` : sql``;
      const { rows } = await sql<Row>`
        select ${columnsOf(at)}, ${sql.ref(at.id)}, ${sql.ref(at.column)} as sealed from ${sql.table(at.table)}
        where ${sql.ref(at.keyOf)} = ${keyId} ${further} order by ${columnsOf(at)} limit ${limit}`.execute(
        db,
      );
      return rows.map((row) => sealOf(at, row));
    },

    async replace(at, was, sealed) {
      const here = sql`(${columnsOf(at)}) = (${valuesOf(was.key)}) and ${sql.ref(at.column)} = ${was.sealed}`;
      const change = sql`update ${sql.table(at.table)} set ${sql.ref(at.column)} = ${sealed} where ${here}`;
      // A rotation that waits for a row while it holds others could stand in a circle with a writer.
      const query = traits.skipsLocked
        ? sql`with free as (select 1 from ${sql.table(at.table)} where ${here} for update skip locked)
            ${change} and exists (select 1 from free)`
        : change;
      const { numAffectedRows } = await query.execute(db);
      return numAffectedRows === 1n;
    },

    async count() {
      const counts = new Map<string, number>();
      for (const at of Object.values(sealedPlaces))
        for (const { id, count } of await countIn(place, at)) counts.set(id, (counts.get(id) ?? 0) + count);
      return counts;
    },
  };
}
