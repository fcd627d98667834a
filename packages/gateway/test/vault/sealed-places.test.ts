import { randomBytes } from "node:crypto";
import Sqlite from "better-sqlite3";
import { Secret } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StorePlace } from "../../src/adapters/database/open-store.js";
import { sealedPlaces } from "../../src/domain/sealed-places.js";
import type { Store } from "../../src/ports/store.js";
import { databases, type TestDatabase } from "../support/databases.js";
import { runOn } from "../support/postgres.js";
import { addTenant, appOf, bytes, textOf } from "../support/rows.js";
import { memoryRecords } from "./support/memory-records.js";
import { newLine, slot, vaultOf } from "./support/vaults.js";

interface Column {
  readonly table: string;
  readonly name: string;
}

/** Bytes that everybody may see: an app's logo is shown to all its users. */
const open = ["apps.logo"];

/** Columns that hold bytes, or call themselves sealed; and those that name a key and are tied to the keys' table. */
async function columnsOf(place: StorePlace): Promise<{ sealed: Column[]; tied: Column[] }> {
  const isSealed = (name: string, type: string) =>
    /^(?:blob|bytea)$/i.test(type) || name.startsWith("sealed_");
  if ("url" in place) {
    const all = await runOn(
      place.url,
      "select table_name as table, column_name as name, data_type as type from information_schema.columns where table_schema = 'public'",
    );
    const tied = await runOn(
      place.url,
      `select c.conrelid::regclass::text as table, a.attname as name from pg_constraint c
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
       where c.contype = 'f' and c.confrelid = 'vault_keys'::regclass`,
    );
    return {
      sealed: all.filter(({ name, type }) => isSealed(String(name), String(type))) as unknown as Column[],
      tied: tied as unknown as Column[],
    };
  }
  const file = new Sqlite(place.file, { readonly: true });
  try {
    const tables = file
      .prepare("select name from sqlite_master where type = 'table'")
      .pluck()
      .all() as string[];
    const all = tables.flatMap((table) =>
      (file.pragma(`table_xinfo(${table})`) as { name: string; type: string }[]).map((one) => ({
        table,
        ...one,
      })),
    );
    const tied = tables.flatMap((table) =>
      (file.pragma(`foreign_key_list(${table})`) as { table: string; from: string }[])
        .filter((one) => one.table === "vault_keys")
        .map(({ from }) => ({ table, name: from })),
    );
    return { sealed: all.filter(({ name, type }) => isSealed(name, type)), tied };
  } finally {
    file.close();
  }
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const named = (columns: readonly Column[]): string[] =>
  columns
    .map(({ table, name }) => `${table}.${name}`)
    .filter((name) => !open.includes(name))
    .sort();
const places = Object.values(sealedPlaces);

describe.each(databases)("the sealed columns on %s", (_, make) => {
  let database: TestDatabase;
  let store: Store;
  beforeAll(async () => {
    database = await make();
    store = await database.open();
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it("are those of the one list, each tied to the keys", async () => {
    const { sealed, tied } = await columnsOf(database.place);
    const listed = places.map(({ table, column }) => ({ table: snake(table), name: snake(column) }));
    // A canary goes with its key.
    expect(named(sealed)).toEqual(named([...listed, { table: "vault_keys", name: "canary" }]));
    const keyOf = places.map((place) => ({ table: snake(place.table), name: snake(place.keyOf) }));
    expect(named(tied)).toEqual(named(keyOf));
    expect(places.map(({ column, keyOf }) => snake(keyOf) === `key_of_${snake(column)}`)).not.toContain(
      false,
    );
  });

  it("take no value of a key that the database does not know, and give no key away that one lies under", async () => {
    const memory = memoryRecords();
    const { vault } = await vaultOf([newLine("known")], { memory });
    const canary = memory.rows.get("known")?.canary ?? new Uint8Array();
    const sealed = await vault.seal(slot, new Secret("text"));
    await addTenant(store, "t");
    const put = (sealedKeys: Uint8Array) => store.apps.put("t", { ...appOf("t"), sealedKeys });
    await expect(put(sealed)).rejects.toMatchObject({ code: "store_failed" });
    await store.vaultRecords.plant({ keyId: "known", canary, seals: 1 });
    await put(sealed);
    expect(await store.sealedValues.count()).toEqual(new Map([["known", 1]]));

    const links = { sealedLinkKey: bytes("link key"), ms: 1_000 };
    expect(await store.vaultRecords.retire("known", links)).toBe(false);
    expect((await store.vaultRecords.keys()).map(({ keyId }) => keyId)).toEqual(["known"]);
    await put(bytes("keys"));
    expect(await store.vaultRecords.retire("known", links)).toBe(true);
    expect(await store.vaultRecords.keys()).toEqual([]);
    expect(await store.vaultRecords.retired()).toMatchObject([{ keyId: "known", seals: 1 }]);
  });

  it("are replaced where the value is still the one that was read, and left alone where it isn't", async () => {
    const memory = memoryRecords();
    const { vault } = await vaultOf([newLine("k2")], { memory });
    await store.vaultRecords.plant({ keyId: "k2", canary: randomBytes(40), seals: 1 });
    await addTenant(store, "u");
    const seal = (text: string) =>
      vault.seal({ ...slot, tenant: "u", kind: "app", id: "zebu", field: "keys" }, new Secret(text));
    const [first, second, third] = [await seal("1"), await seal("2"), await seal("3")];
    const put = (sealedKeys: Uint8Array) => store.apps.put("u", { ...appOf("u"), sealedKeys });
    await put(first);
    const [was] = await store.sealedValues.under(sealedPlaces.appKeys, "k2", { limit: 10 });
    expect(was).toMatchObject({
      slot: { tenant: "u", kind: "app", id: "zebu", field: "keys" },
      key: ["u", "zebu"],
    });
    await put(second);
    expect(await store.sealedValues.replace(sealedPlaces.appKeys, was!, third)).toBe(false);
    const keys = async () => textOf((await store.apps.get("u", "zebu"))?.sealedKeys);
    expect(await keys()).toBe(textOf(second));
    expect(await store.sealedValues.replace(sealedPlaces.appKeys, { ...was!, sealed: second }, third)).toBe(
      true,
    );
    expect(await keys()).toBe(textOf(third));
    // The columns that the database computes are nobody's to write.
    expect(
      Object.keys((await store.apps.get("u", "zebu")) ?? {}).filter((name) => /keyOf/.test(name)),
    ).toEqual([]);
  });
});
