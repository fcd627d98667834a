import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Traits } from "../dialect.js";

/** The key's id of a sealed value, `v1.<key id>.…`; null for bytes that are none. */
function keyIdIn({ name }: Traits, column: string): RawBuilder<unknown> {
  const bytes = sql.ref(column);
  return name === "sqlite"
    ? sql`case when substr(${bytes}, 1, 3) = x'76312e' then cast(substr(${bytes}, 4, instr(substr(${bytes}, 4, 25), x'2e') - 1) as text) end`
    : sql`case when substring(${bytes} from 1 for 3) = '\\x76312e'::bytea then split_part(encode(substring(${bytes} from 4 for 25), 'escape'), '.', 1) end`;
}

/**
 * Ties a column of sealed values to the keys, by a column beside it that the database computes: nothing can be stored under a
 * key that the database does not know, and no key can be taken out while a value lies under it. The index finds a key's values.
 * @param key the columns of the table's own key
 */
export async function watchSealed(
  db: Kysely<unknown>,
  traits: Traits,
  table: string,
  column: string,
  key: readonly string[],
): Promise<void> {
  const keyOf = `key_of_${column}`;
  const computed = sql`${sql.ref(keyOf)} ${traits.text} generated always as (${keyIdIn(traits, column)})`;
  if (traits.name === "sqlite")
    await sql`alter table ${sql.table(table)} add column ${computed} virtual references vault_keys (key_id)`.execute(
      db,
    );
  else {
    await sql`alter table ${sql.table(table)} add column ${computed} stored`.execute(db);
    // Not valid: a row that is unreadable already must not keep the gateway from starting.
    await sql`alter table ${sql.table(table)} add constraint ${sql.ref(`${table}_${keyOf}`)} foreign key (${sql.ref(keyOf)}) references vault_keys (key_id) not valid`.execute(
      db,
    );
  }
  await db.schema
    .createIndex(`${table}_by_${keyOf}`)
    .on(table)
    .columns([keyOf, ...key])
    .execute();
}
