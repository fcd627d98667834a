import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportRows } from "../../src/adapters/database/export-rows.js";
import { importRows } from "../../src/adapters/database/import-rows.js";
import { thisVersion } from "../../src/adapters/database/migrate.js";
import { movedTables } from "../../src/adapters/database/moved-tables.js";
import { openEmpty } from "../../src/adapters/database/open-empty.js";
import { openSnapshot } from "../../src/adapters/database/open-snapshot.js";
import type { StorePlace } from "../../src/adapters/database/open-store.js";
import { readMovedFile } from "../../src/adapters/moved-file/read-moved-file.js";
import { writeMovedFile } from "../../src/adapters/moved-file/write-moved-file.js";
import { movedFormat } from "../../src/domain/moved-file.js";
import { databases } from "../support/databases.js";
import { putHostileRows } from "./support/hostile-rows.js";
import { carried, dumpOf } from "./support/row-dump.js";

const head = { format: movedFormat, version: thisVersion, at: "2026-11-20T06:00:00.000Z" } as const;

async function carry(from: StorePlace, to: StorePlace, file: string): Promise<void> {
  const snapshot = await openSnapshot(from);
  await writeMovedFile(file, head, (sink) => exportRows(snapshot.place, sink)).finally(snapshot.close);
  const empty = await openEmpty(to);
  await importRows(empty.place, async (sink) => {
    await readMovedFile(file, thisVersion, sink);
  }).finally(empty.close);
}

const [onFile, onPostgres] = [databases[0][1], databases[1][1]];

describe.each([
  ["SQLite to PostgreSQL and back", onFile, onPostgres],
  ["PostgreSQL to SQLite and back", onPostgres, onFile],
])("rows of any values that both databases hold, from %s", (_, make, makeOther) => {
  it("come as they were", async () => {
    const seed = randomInt(2 ** 30);
    const folder = await mkdtemp(join(tmpdir(), "kunji-hostile-"));
    const [first, second, third] = [await make(), await makeOther(), await make()];
    try {
      await (await first.open()).close();
      const tables = movedTables.map(({ name }) => name);
      await putHostileRows(first.place, tables, 40, seed);
      await carry(first.place, second.place, join(folder, "there"));
      await carry(second.place, third.place, join(folder, "back"));
      const was = carried(await dumpOf(first.place));
      for (const table of tables)
        expect([table, was[table]?.length ?? 0]).toEqual([table, expect.toBeOneOf([40, 41])]);
      expect([seed, carried(await dumpOf(second.place))]).toEqual([seed, was]);
      expect([seed, carried(await dumpOf(third.place))]).toEqual([seed, was]);
    } finally {
      for (const database of [first, second, third]) await database.drop();
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
