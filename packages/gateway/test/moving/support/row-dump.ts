import Sqlite from "better-sqlite3";
import { Client } from "pg";
import type { StorePlace } from "../../../src/adapters/database/open-store.js";

/** A table's rows in no order: column by column, each value with its type, the same for both databases. */
export type Dump = ReadonlyMap<string, readonly string[]>;

const kinds: Readonly<Record<number, string>> = { 17: "bytes", 20: "integer", 25: "text" };

function shown(kind: string, value: unknown): string {
  if (value === null) return "null";
  if (value instanceof Uint8Array) return `${kind} ${Buffer.from(value).toString("hex")}`;
  return `${kind} ${String(value)}`;
}

const line = (row: readonly (readonly [column: string, value: string])[]): string =>
  JSON.stringify([...row].sort(([one], [other]) => (one < other ? -1 : 1)));

function dumpFile(file: string): Dump {
  const database = new Sqlite(file, { readonly: true });
  database.defaultSafeIntegers(true);
  try {
    const tables = database
      .prepare<[], { name: string }>("select name from sqlite_master where type = 'table'")
      .all();
    return new Map(
      tables.map(({ name }) => {
        const rows = database.prepare<[], Record<string, unknown>>(`select * from "${name}"`).all();
        const kindOf = (value: unknown): string =>
          typeof value === "bigint" ? "integer" : typeof value === "string" ? "text" : "bytes";
        return [
          name,
          rows
            .map((row) => line(Object.entries(row).map(([at, value]) => [at, shown(kindOf(value), value)])))
            .sort(),
        ];
      }),
    );
  } finally {
    database.close();
  }
}

async function dumpUrl(url: string): Promise<Dump> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public'",
    );
    const dump = new Map<string, readonly string[]>();
    for (const { name } of rows) {
      const found = await client.query<Record<string, unknown>>(`select * from "${name}"`);
      const kindOf = new Map(found.fields.map((field) => [field.name, kinds[field.dataTypeID] ?? "other"]));
      const lines = found.rows.map((row) =>
        line(Object.entries(row).map(([at, value]) => [at, shown(kindOf.get(at) ?? "", value)])),
      );
      dump.set(name, lines.sort());
    }
    return dump;
  } finally {
    await client.end();
  }
}

/** Every row of every table, read past the gateway's own code; what the database computes is among the columns. */
export const dumpOf = async (place: StorePlace): Promise<Dump> =>
  "url" in place ? dumpUrl(place.url) : dumpFile(place.file);

const left = /^(?:kysely_migration.*|order_times|operator_sessions|sign_in_tries|sqlite_.*)$/;

/** The tables that a move is to carry, without the leases, which it leaves behind. */
export function carried(dump: Dump): Readonly<Record<string, readonly string[]>> {
  const here = [...dump].filter(([name]) => !left.test(name));
  const without = (row: string): string =>
    JSON.stringify(
      (JSON.parse(row) as [string, string][]).filter(([column]) => !column.startsWith("lease_")),
    );
  return Object.fromEntries(
    here
      .map(([name, rows]) => [name, rows.map(without).sort()] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
