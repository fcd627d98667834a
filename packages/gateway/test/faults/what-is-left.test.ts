import { copyFile, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Keyring } from "../../src/domain/keyring.js";
import { ringOf } from "../moving/support/open-all.js";
import { sealedGateway } from "../moving/support/sealed-gateway.js";
import { newPostgres } from "../support/postgres.js";
import { t0 } from "../support/rows.js";
import { runStatement } from "../support/run-statement.js";
import { tenant } from "../vault/support/writers.js";
import type { Acknowledged } from "./support/mixed-load.js";
import { historyFaults, integrityOf, whatIsLeft } from "./support/what-is-left.js";

/** A connection with a session, and its generation. */
const [id, generation] = ["row-1", 2];
const active = { broker: "zebu", status: "active", generation, closing: false, renewing: false } as const;

describe("what a death has left", () => {
  let folder: string;
  let original: string;
  let ring: Keyring;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kunji-left-"));
    const { store } = await sealedGateway({ KUNJI_DATA: folder });
    for (const n of [1, 2, 3])
      await store.events.append(tenant, { id: `e${n}`, type: "t", connection: null, data: "{}", at: t0 });
    await store.close();
    original = join(folder, "gateway", "gateway.sqlite");
    ring = await ringOf(join(folder, "gateway", "keys"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  let copies = 0;
  /** A copy of the database, after a statement that somebody has run in it. */
  async function after(statement?: string) {
    const file = join(folder, `copy-${++copies}.sqlite`);
    await copyFile(original, file);
    if (statement) await runStatement({ file }, statement);
    return { file };
  }
  const look = async (known: Acknowledged, statement?: string, of = id) => {
    const left = await whatIsLeft(await after(statement), ring, new Map([[of, known]]), tenant);
    return [left.missing.length, left.unreadable.length];
  };

  it("is all there where all is there", async () => {
    expect(await look({ ...active })).toEqual([0, 0]);
    expect(await look({ ...active, status: "made", generation: 0 }, undefined, "row-5")).toEqual([0, 0]);
    expect(await integrityOf(await after())).toEqual([]);
    expect(await historyFaults(await after(), tenant)).toEqual([]);
  });

  const losses: readonly { what: string; known: Acknowledged; statement?: string; of?: string }[] = [
    { what: "a connection is gone", known: { ...active, status: "made" }, of: "row-gone" },
    { what: "a newer session is gone", known: { ...active, generation: generation + 1 } },
    {
      what: "a connection has ended by itself",
      known: active,
      statement: `update connections set status = 'closed' where id = '${id}'`,
    },
    { what: "an ended one is there again", known: { ...active, status: "closed" } },
  ];
  it.each(losses)("is told as missing where $what", async ({ known, statement, of }) => {
    expect(await look(known, statement, of)).toEqual([1, 0]);
  });

  it("is told as unreadable where a sealed value has changed, the connection's own or another", async () => {
    const spoiled = (table: string, column: string, row: string) =>
      `update ${table} set ${column} = cast(${column} || x'00' as blob) where id = '${row}'`;
    expect(await look({ ...active }, spoiled("connections", "sealed_session", id))).toEqual([0, 2]);
    expect(await look({ ...active }, spoiled("apps", "sealed_keys", "row-3"))).toEqual([0, 1]);
  });

  it("is told as damaged where an event is gone, or a record was changed", async () => {
    for (const statement of [
      "delete from events where sequence = 2",
      "update audit set action = 'app.other' where sequence = 2",
    ])
      expect(await historyFaults(await after(statement), tenant)).not.toEqual([]);
  });

  it("is told as damaged where the file is, or a row points nowhere", async () => {
    const { file } = await after();
    const bytes = await open(file, "r+");
    const { size } = await bytes.stat();
    for (let at = 8_192; at < size; at += 4_096) await bytes.write(Buffer.alloc(64, 0xa7), 0, 64, at);
    await bytes.close();
    expect(await integrityOf({ file }).catch((error: unknown) => [String(error)])).not.toEqual([]);
    const orphaned = await after();
    const careless = new Sqlite(orphaned.file);
    careless.pragma("foreign_keys = OFF");
    careless.exec("delete from apps where id = 'row-1'");
    careless.close();
    expect(await integrityOf(orphaned)).not.toEqual([]);
  });

  it("is looked at by PostgreSQL itself, index by index", async () => {
    const { url, drop } = await newPostgres();
    const [us] = await runStatement({ url }, "select usesuper from pg_user where usename = current_user");
    await runStatement({ url }, "create table t (id text primary key)");
    await runStatement({ url }, "insert into t select n::text from generate_series(1, 100) n");
    expect(await integrityOf({ url })).toEqual([]);
    // Nobody else may look at indexes, nor spoil one.
    if (us?.usesuper !== true) return drop();
    // The table without its index's knowledge: a row less than the index has.
    await runStatement({ url }, "update pg_index set indisready = false where indrelid = 't'::regclass");
    await runStatement({ url }, "insert into t values ('unheard of')");
    await runStatement({ url }, "update pg_index set indisready = true where indrelid = 't'::regclass");
    expect(await integrityOf({ url })).toHaveLength(1);
    await drop();
  });
});
