import Sqlite from "better-sqlite3";
import fc from "fast-check";
import { Client } from "pg";
import type { StorePlace } from "../../../src/adapters/database/open-store.js";

type Value = string | bigint | Uint8Array | null;

const nasty = [
  "",
  " ",
  "null",
  "\\x00ff",
  "\\",
  "'; drop table tenants; --",
  '"quoted" and {"json": [1]}',
  "tab\t, line feed\n, return\r, \u2028 and \u2029, \u0001 and \u007f",
  "कुंजी 🔑 e\u0301 \uFEFF \uFFFD",
  "$1 ? :name @p",
  "9223372036854775807",
];
const text = fc.oneof(
  fc.constantFrom(...nasty),
  // PostgreSQL's texts hold no zero, and no text in UTF-8 half a pair.
  fc
    .string({ unit: "binary", maxLength: 40 })
    .map((given) => Buffer.from(given.replaceAll("\0", "0")).toString()),
);
const integer = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.integer({ min: 0 }).map(BigInt),
);
const bytes = fc.oneof(
  fc.constantFrom(
    new Uint8Array(),
    new Uint8Array(1),
    Uint8Array.from({ length: 256 }, (_, i) => i),
  ),
  fc.constant(Buffer.from("v1.k1.\0nonce and more")),
  fc.uint8Array({ maxLength: 60 }),
);

/** Of a table that a row's column refers to. */
const parents: readonly (readonly [tables: RegExp, column: string, value: (round: string) => string])[] = [
  [/./, "tenant", (round) => `tenant ${round}`],
  [/^tenants$/, "id", (round) => `tenant ${round}`],
  [/^apps$/, "id", (round) => `app ${round}`],
  [/^(?:connections|vendor_sessions)$/, "app", (round) => `app ${round}`],
  [/^connections$/, "id", (round) => `connection ${round}`],
  [/^(?:attempts|codes)$/, "connection", (round) => `connection ${round}`],
  [/^webhooks$/, "id", (round) => `webhook ${round}`],
  [/^deliveries$/, "webhook", (round) => `webhook ${round}`],
];

export interface Column {
  readonly name: string;
  readonly kind: "text" | "integer" | "bytes";
  readonly nullable: boolean;
}

const arbitraries = { text, integer, bytes } as const;
const pick = <T>(arbitrary: fc.Arbitrary<T>, seed: number): T =>
  fc.sample(arbitrary, { numRuns: 1, seed })[0] as T;

/** Values for a row; those of one round refer to each other, and no two rounds meet. */
function rowOf(table: string, columns: readonly Column[], n: number, seed: number): readonly Value[] {
  const round = `${n} ${pick(text, seed * 31 + n)}`;
  return columns.map(({ name, kind, nullable }, i) => {
    const parent = parents.find(([tables, column]) => tables.test(table) && column === name);
    if (parent) return parent[2](round);
    // Unique in the whole database, or the only one that runs.
    if (/^(?:hash|handle|key_id|id|browser_hash)$/.test(name)) return `${table} ${name} ${round}`;
    if (table === "operators" && name === "name") return `${name} ${round}`;
    if (name === "running") return n === 0 ? 1n : null;
    const own = seed * 7_919 + n * 101 + i * 13 + table.length;
    if (nullable && pick(fc.integer({ min: 0, max: 3 }), own) === 0) return null;
    return pick<Value>(arbitraries[kind], own + 1);
  });
}

const into = (table: string, columns: readonly Column[], places: string): string =>
  `insert into "${table}" (${columns.map(({ name }) => `"${name}"`).join(", ")}) values (${places})`;

/** The columns of a table that can be written. */
async function columnsOf(
  table: string,
  ask: (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>,
  isUrl: boolean,
): Promise<readonly Column[]> {
  const rows = await ask(
    isUrl
      ? `select column_name as name, data_type as type, is_nullable = 'YES' as nullable from information_schema.columns
          where table_name = '${table}' and is_generated = 'NEVER'`
      : `select name, type, "notnull" = 0 as nullable from pragma_table_xinfo('${table}') where hidden = 0`,
  );
  return rows.map(({ name, type, nullable }) => ({
    name: String(name),
    kind: /^(?:blob|bytea)$/i.test(String(type)) ? "bytes" : /int/i.test(String(type)) ? "integer" : "text",
    nullable: nullable === true || nullable === 1,
  }));
}

/** Fills tables, in their order, with so many rows each of values that are hard to carry, past the gateway's own code. */
export async function putHostileRows(
  place: StorePlace,
  tables: readonly string[],
  rounds: number,
  seed: number,
): Promise<void> {
  const known = "insert into vault_keys (key_id, canary, seals) values ('k1', ";
  if ("url" in place) {
    const client = new Client({ connectionString: place.url });
    await client.connect();
    await client.query(`${known}'\\x00', 1)`);
    for (const table of tables) {
      const ask = async (statement: string) => (await client.query(statement)).rows;
      const columns = await columnsOf(table, ask, true);
      const places = columns.map((_, i) => `$${i + 1}`).join(", ");
      for (let n = 0; n < rounds; n++)
        await client.query(into(table, columns, places), [...rowOf(table, columns, n, seed)]);
    }
    await client.end();
    return;
  }
  const database = new Sqlite(place.file);
  database.exec(`${known}x'00', 1)`);
  for (const table of tables) {
    const ask = async (statement: string) => database.prepare(statement).all() as Record<string, unknown>[];
    const columns = await columnsOf(table, ask, false);
    const put = database.prepare(into(table, columns, columns.map(() => "?").join(", ")));
    for (let n = 0; n < rounds; n++) put.run(...rowOf(table, columns, n, seed));
  }
  database.close();
}
