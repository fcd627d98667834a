import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exportRows } from "../../src/adapters/database/export-rows.js";
import { importRows } from "../../src/adapters/database/import-rows.js";
import { thisVersion } from "../../src/adapters/database/migrate.js";
import { openEmpty } from "../../src/adapters/database/open-empty.js";
import { openSnapshot } from "../../src/adapters/database/open-snapshot.js";
import { readMovedFile } from "../../src/adapters/moved-file/read-moved-file.js";
import { writeMovedFile } from "../../src/adapters/moved-file/write-moved-file.js";
import { exportRowsTo } from "../../src/commands/export.js";
import { importRowsFrom } from "../../src/commands/import.js";
import { toldRows } from "../../src/commands/told-rows.js";
import { movedFormat } from "../../src/domain/moved-file.js";
import type { MovedColumn, MovedRow } from "../../src/domain/moved-row.js";
import type { Store } from "../../src/ports/store.js";
import { databases, type TestDatabase } from "../support/databases.js";
import { newPostgres } from "../support/postgres.js";
import { addConnection, addTenant, t0 } from "../support/rows.js";
import { runStatement } from "../support/run-statement.js";
import { runCommand } from "./support/run-command.js";
import { openSealed } from "./support/sealed-gateway.js";

type Told = readonly (readonly [table: string, rows: number])[];

describe.each(databases)("an export of a database that is written to, on %s", (name, make) => {
  let database: TestDatabase;
  let store: Store;
  beforeEach(async () => {
    database = await make();
    store = await database.open();
    await addTenant(store, "t");
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  const event = (id: string) => ({ id, type: "t", connection: null, data: "{}", at: t0 });
  const record = { at: t0, key: null, action: "app.put", kind: "app", id: "a" } as const;
  async function write(n: number): Promise<void> {
    await store.events.append("t", event(`e${n}`));
    await store.audit.append("t", record);
    await addConnection(store, "t", `later-${n}`);
  }

  it("is of one moment, whatever is written while it goes on", async () => {
    await write(1);
    const { place, close } = await openSnapshot(database.place);
    const found = new Map<string, { columns: readonly MovedColumn[]; rows: MovedRow[] }>();
    let now = "";
    let n = 2;
    await exportRows(place, {
      async table(table, columns) {
        now = table;
        found.set(table, { columns, rows: [] });
        await write(n++);
      },
      async rows(rows) {
        found.get(now)?.rows.push(...rows);
        await write(n++);
      },
    });
    await close();
    const column = (table: string, own: string) => {
      const { columns = [], rows = [] } = found.get(table) ?? {};
      const at = columns.findIndex((each) => each.name === own);
      return rows.map((row) => row[at]);
    };
    // The first table had been asked for already when the first of these was written.
    const [counted] = column("tenants", "last_sequence");
    expect([1n, 2n]).toContain(counted);
    const all = Array.from({ length: Number(counted) }, (_, i) => BigInt(i + 1));
    expect(column("events", "sequence")).toEqual(all);
    expect(column("tenants", "last_audit")).toEqual([counted]);
    expect(column("audit", "sequence")).toEqual(all);
    expect(column("connections", "id").length).toBe(all.length + 1);
    expect((await store.events.list("t", 0, 100)).length).toBeGreaterThan(15);
  });

  it("holds a batch of rows at a time, and waits until it is taken; so does an import", async () => {
    const numbers =
      name === "PostgreSQL"
        ? "generate_series(1, 1200) as n"
        : "(with recursive many(n) as (select 1 union all select n + 1 from many where n < 1200) select n from many)";
    await runStatement(
      database.place,
      `insert into audit (tenant, sequence, at, action, kind, id, hash) select 't', n, n, 'a', 'app', 'x', 'h' from ${numbers}`,
    );
    const { place, close } = await openSnapshot(database.place);
    const folder = await mkdtemp(join(tmpdir(), "kunji-batches-"));
    const batches: [string, number][] = [];
    let now = "";
    let busy = 0;
    const sink = {
      async table(table: string) {
        now = table;
      },
      async rows(rows: readonly MovedRow[]) {
        expect(busy++).toBe(0);
        await new Promise((done) => setImmediate(done));
        busy--;
        batches.push([now, rows.length]);
      },
    };
    await exportRows(place, sink);
    await close();
    const ofAudit = (told: Told) => told.filter(([table]) => table === "audit").map(([, count]) => count);
    expect(ofAudit(batches)).toEqual([500, 500, 200]);

    const other = await newPostgres();
    const file = join(folder, "file");
    const again = await openSnapshot(database.place);
    const head = { format: movedFormat, version: thisVersion, at: "now" } as const;
    await writeMovedFile(file, head, (to) => exportRows(again.place, to)).finally(again.close);
    batches.length = 0;
    await readMovedFile(file, thisVersion, sink);
    expect(ofAudit(batches)).toEqual([500, 500, 200]);
    const empty = await openEmpty({ url: other.url });
    await importRows(empty.place, (to) => readMovedFile(file, thisVersion, to).then(() => undefined));
    await empty.close();
    expect(await runStatement({ url: other.url }, "select count(*)::int as n from audit")).toEqual([
      { n: 1_200 },
    ]);
    await other.drop();
    await rm(folder, { recursive: true, force: true });
  });
});

describe.each(["SQLite", "PostgreSQL"] as const)("export and import on %s, to a person", (kind) => {
  it("say whether a gateway runs, how far they are, and where the keys lie", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kunji-told-"));
    const made = kind === "PostgreSQL" ? await newPostgres() : undefined;
    const env = { KUNJI_DATA: folder, DATABASE_URL: made?.url };
    const { store } = await openSealed(env);
    await addTenant(store, "t");
    const beside = await runCommand(exportRowsTo, env, join(folder, "one"));
    expect(beside[0]).toMatch(/^A gateway runs on this database/);
    expect(beside.at(-1)).toContain(join(folder, "gateway", "keys"));
    await store.close();
    const alone = await runCommand(exportRowsTo, env, join(folder, "two"));
    expect(alone.slice(0, -2)).toEqual(beside.slice(1, -2));
    // What is told goes on by the number of rows.
    const said: string[] = [];
    const nothing = { table: async () => undefined, rows: async () => undefined };
    const told = toldRows(nothing, (line) => void said.push(line));
    for (let i = 0; i < 220; i++) await told.rows(Array.from({ length: 500 }, () => []));
    expect(said).toEqual(["  rows so far: 50000", "  rows so far: 100000"]);
    const other = await mkdtemp(join(folder, "other-"));
    await cp(join(folder, "gateway", "keys"), join(other, "gateway", "keys"));
    const taken = await runCommand(importRowsFrom, { KUNJI_DATA: other }, join(folder, "two"));
    expect(taken.slice(0, -1)).toEqual(alone.slice(0, -2));
    expect(await readFile(join(folder, "two"), "utf8")).toContain('"sha256"');
    await made?.drop();
    await rm(folder, { recursive: true, force: true });
  });
});
