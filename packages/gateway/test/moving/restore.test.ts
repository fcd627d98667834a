import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backupSqlite } from "../../src/adapters/database/backup-sqlite.js";
import { makeFile } from "../../src/adapters/moved-file/write-moved-file.js";
import { keyLine } from "../../src/domain/keyring.js";
import { sealedPlaces } from "../../src/domain/sealed-places.js";
import { newPostgres } from "../support/postgres.js";
import { t0 } from "../support/rows.js";
import { tenant, textOf, writeValue } from "../vault/support/writers.js";
import { openAll, ringOf, wrongRing } from "./support/open-all.js";
import { postgresCopies } from "./support/pg-dump.js";
import { carried, dumpOf } from "./support/row-dump.js";
import { openSealed, type SealedGateway, sealedGateway } from "./support/sealed-gateway.js";
import { startCommand } from "./support/start-command.js";

const places = Object.keys(sealedPlaces).sort();

let folder: string;
let source: string;
let target: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kunji-restore-"));
  [source, target] = [join(folder, "source"), join(folder, "target")];
  await mkdir(join(target, "gateway"), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const keysOf = (data: string) => join(data, "gateway", "keys");
const fileOf = (data: string) => join(data, "gateway", "gateway.sqlite");

/** All of the sealed values open with the key, none without, and without it nothing starts. */
async function opensWithItsKeyAlone(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const ring = await ringOf(keysOf(source));
  for (const [id] of ring.keys) {
    await writeFile(keysOf(target), `${keyLine(id, new Uint8Array(32).fill(9))}\n`, { mode: 0o600 });
    await expect(openSealed(env)).rejects.toMatchObject({ code: "key_wrong" });
  }
  await copyFile(keysOf(source), keysOf(target));
  const { store } = await openSealed(env);
  const whole = await openAll(store, ring);
  expect(whole.places.toSorted()).toEqual(places);
  expect(whole.values).toBeGreaterThan(10);
  expect(whole.opened).toBe(whole.values);
  expect(await openAll(store, wrongRing(ring))).toMatchObject({ values: whole.values, opened: 0 });
  await store.close();
}

describe("a backup of a SQLite file", () => {
  let made: SealedGateway;
  beforeEach(async () => {
    made = await sealedGateway({ KUNJI_DATA: source });
  });
  afterEach(() => made.store.close());

  it("is of one moment while its gateway writes on, for its owner alone, and opens at a new place", async () => {
    const copy = join(folder, "copy.sqlite");
    let ended = false;
    const end = startCommand("backup", copy, { KUNJI_DATA: source }).ended.finally(() => {
      ended = true;
    });
    let n = 100;
    const record = { at: t0, key: null, action: "app.put", kind: "app", id: "a" } as const;
    for (; !ended; n++) {
      await made.store.transaction(async (parts) => {
        await parts.audit.append(tenant, record);
        await parts.events.append(tenant, { id: `e${n}`, type: "t", connection: null, data: "{}", at: t0 });
      });
      await writeValue(made, 1, n);
      await turn();
    }
    expect((await end)?.said.join("")).toContain(keysOf(source));
    expect(((await stat(copy)).mode & 0o777).toString(8)).toBe("600");

    await copyFile(copy, fileOf(target));
    await opensWithItsKeyAlone({ KUNJI_DATA: target });
    const file = new Sqlite(fileOf(target), { readonly: true });
    const [row] = file
      .prepare<[], Record<string, number>>(
        `select last_audit, last_sequence, (select count(*) from events) as events,
          (select max(sequence) from audit where audit.tenant = tenants.id) as audit from tenants where id = '${tenant}'`,
      )
      .all();
    file.close();
    expect(row?.audit).toBe(row?.last_audit);
    expect(row?.events).toBe(row?.last_sequence);
    // It was copied while there was more to come.
    expect(row?.last_sequence).toBeLessThan(n - 100);
    expect(row?.last_sequence).toBeGreaterThan(0);
    const { store, vault } = await openSealed({ KUNJI_DATA: target });
    const connection = await store.connections.get(tenant, "row-1");
    const slot = { tenant, kind: "connection", id: "row-1", field: "session" } as const;
    const text = vault.open(slot, connection?.sealedSession ?? new Uint8Array()).reveal();
    const last = (row?.last_sequence ?? 0) + 100;
    expect([textOf(1, last - 1), textOf(1, last - 2)]).toContain(text);
    await store.close();
  }, 60_000);

  it("holds every row", async () => {
    const copy = join(folder, "copy.sqlite");
    await (await makeFile(copy)).close();
    await backupSqlite(fileOf(source), copy);
    expect(await dumpOf({ file: copy })).toEqual(await dumpOf({ file: fileOf(source) }));
  });
});

describe("a dump of a PostgreSQL", () => {
  it("opens at a new place, with its key alone", async () => {
    const [from, to] = [await newPostgres(), await newPostgres()];
    try {
      const made = await sealedGateway({ KUNJI_DATA: source, DATABASE_URL: from.url });
      const copies = postgresCopies({ KUNJI_DATA: source });
      console.log(`PostgreSQL is copied by ${copies.by}`);
      await copies.dump(from.url, join(folder, "dump"));
      await copies.restore(to.url, join(folder, "dump"));
      await made.store.close();
      expect(carried(await dumpOf({ url: to.url }))).toEqual(carried(await dumpOf({ url: from.url })));
      await opensWithItsKeyAlone({ KUNJI_DATA: target, DATABASE_URL: to.url });
    } finally {
      await from.drop();
      await to.drop();
    }
  }, 60_000);
});
