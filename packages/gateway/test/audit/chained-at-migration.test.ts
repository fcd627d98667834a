import Sqlite from "better-sqlite3";
import { type Dialect, Kysely, PostgresDialect, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { Pool } from "pg";
import { expect, it } from "vitest";
import { postgres, sqlite } from "../../src/adapters/database/dialect.js";
import { migrations } from "../../src/adapters/database/migrations/index.js";
import { verifyAudit } from "../../src/flows/verify-audit.js";
import { databases } from "../support/databases.js";
import { t0 } from "../support/rows.js";
import { runStatement } from "../support/run-statement.js";

const records = 2_050;

it.each(databases)(
  "records from before the chain get their hashes, on %s, and what is written goes on from them",
  async (_name, make) => {
    const database = await make();
    const { place } = database;
    const isUrl = "url" in place;
    const dialect: Dialect = isUrl
      ? new PostgresDialect({ pool: new Pool({ connectionString: place.url }) })
      : new SqliteDialect({ database: new Sqlite(place.file) });
    const db = new Kysely<never>({ dialect });
    const early = Object.entries(migrations)
      .filter(([name]) => name < "0003")
      .map(([name, step]) => [
        name,
        { up: (schema: Kysely<unknown>) => step(schema, isUrl ? postgres : sqlite) },
      ]);
    const provider = { getMigrations: async () => Object.fromEntries(early) };
    const { error } = await new Migrator({ db, provider }).migrateToLatest();
    expect(error).toBeUndefined();
    await db.destroy();
    for (const [tenant, last] of [
      ["full", records],
      ["empty", 0],
    ] as const)
      await runStatement(
        place,
        `insert into tenants (id, name, last_sequence, last_audit, created_at) values ('${tenant}', 'n', 0, ${last}, ${t0})`,
      );
    await runStatement(
      place,
      `insert into audit (tenant, sequence, at, key, action, kind, id)
       with recursive n(i) as (select 1 union all select i + 1 from n where i < ${records})
       select 'full', i, ${t0} + i, case when i % 2 = 0 then 'k' end, 'app.put', 'app', 'a' || i from n`,
    );

    const store = await database.open();
    await store.audit.append("full", { at: t0, key: "k", action: "app.put", kind: "app", id: "after" });
    await store.audit.append("empty", { at: t0, key: "k", action: "app.put", kind: "app", id: "first" });
    expect(await verifyAudit(store, "full")).toMatchObject({ intact: true, records: records + 1 });
    expect(await verifyAudit(store, "empty")).toMatchObject({ intact: true, records: 1 });
    await runStatement(place, "update audit set id = 'other' where tenant = 'full' and sequence = 1500");
    expect((await verifyAudit(store, "full")).faults).toEqual([{ sequence: 1_500, fault: "changed" }]);
    await store.close();
    await database.drop();
  },
);
