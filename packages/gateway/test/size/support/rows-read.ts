import Sqlite from "better-sqlite3";
import type { CompiledQuery } from "kysely";
import { Client } from "pg";
import { settingsOff } from "../../../src/adapters/database/index-range.js";
import type { StorePlace } from "../../../src/adapters/database/open-store.js";
import type { Place } from "../../../src/adapters/database/tables.js";
import { paper } from "./paper.js";

/** Asks a database, and counts what it reads. */
export interface Reader {
  /** Makes the statements. */
  readonly place: Place;
  run(statement: string): Promise<void>;
  /** How many rows of connections were read for it, and, where the database tells, how many blocks. */
  read(query: CompiledQuery): Promise<{ readonly rows: number; readonly blocks: number }>;
  /** Its plan without its figures. */
  plan(query: CompiledQuery): Promise<string>;
  close(): Promise<void>;
}

interface Step {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly Plans?: readonly Step[];
}

/** A bitmap's rows are counted where the table is read; what lies in front of a sort counts in full. */
function readBy(step: Step): number {
  const own =
    step["Relation Name"] === "connections"
      ? (step["Actual Rows"] +
          (step["Rows Removed by Filter"] ?? 0) +
          (step["Rows Removed by Index Recheck"] ?? 0)) *
        step["Actual Loops"]
      : 0;
  return (step.Plans ?? []).reduce((sum, inner) => sum + readBy(inner), own);
}

const literal = (value: unknown): string =>
  typeof value === "number" ? String(value) : `'${String(value).replaceAll("'", "''")}'`;

async function onPostgres(url: string): Promise<Reader> {
  const client = new Client({ connectionString: url });
  await client.connect();
  // As the store asks.
  for (const setting of settingsOff) await client.query(`set ${setting} = off`);
  let prepared = 0;
  async function explain(options: string, { sql, parameters }: CompiledQuery) {
    // Prepared, so that it can be planned without its values where that is set.
    const name = `q${prepared++}`;
    await client.query(`prepare ${name} as ${sql}`);
    const values = parameters.length > 0 ? `(${parameters.map(literal).join(", ")})` : "";
    const { rows } = await client.query(`explain (${options}) execute ${name}${values}`);
    await client.query(`deallocate ${name}`);
    return rows.map((row) => row["QUERY PLAN"]);
  }
  return {
    place: paper("postgres"),
    run: async (statement) => void (await client.query(statement)),
    async read(query) {
      const [[{ Plan }]] = await explain("analyze, buffers, timing off, format json", query);
      const { "Shared Hit Blocks": hit = 0, "Shared Read Blocks": read = 0 } = Plan as Step;
      return { rows: readBy(Plan), blocks: hit + read };
    },
    plan: async (query) => (await explain("costs off", query)).join("\n"),
    close: () => client.end(),
  };
}

function onSqlite(path: string): Reader {
  const file = new Sqlite(path);
  let seen = 0;
  file.function("seen", { varargs: true }, () => {
    seen++;
    return 1;
  });
  return {
    place: paper("sqlite"),
    run: async (statement) => void file.exec(statement),
    async read({ sql, parameters }) {
      seen = 0;
      // Asked of each row that an index leads to, before what no index holds.
      const counted = sql
        .replaceAll(`from "connections" where `, `from "connections" where seen("connections"."id") and `)
        .replaceAll("from connections where ", "from connections where seen(connections.id) and ");
      if (counted === sql) throw new Error("There is nothing to count.");
      file.prepare(counted).all(...parameters);
      return { rows: seen, blocks: 0 };
    },
    async plan({ sql, parameters }) {
      const steps = file.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[];
      return steps.map(({ detail }) => detail).join("\n");
    },
    close: async () => void file.close(),
  };
}

export const readerOf = async (place: StorePlace): Promise<Reader> =>
  "url" in place ? onPostgres(place.url) : onSqlite(place.file);
