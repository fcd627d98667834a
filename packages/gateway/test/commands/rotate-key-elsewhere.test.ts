import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../src/adapters/database/open-store.js";
import { exportRowsTo } from "../../src/commands/export.js";
import { importRowsFrom } from "../../src/commands/import.js";
import { rotateKey } from "../../src/commands/rotate-key.js";
import { openWhole, type WholeGateway } from "../invariants/support/whole-gateway.js";
import { gatewayAt } from "../moving/support/gateway-at.js";
import { runCommand } from "../moving/support/run-command.js";
import { databases } from "../support/databases.js";
import { newPostgres, runOn } from "../support/postgres.js";

let whole: WholeGateway;
let other: string;
let keys: string;
beforeEach(async () => {
  other = await mkdtemp(join(tmpdir(), "kunji-elsewhere-"));
});
afterEach(() => rm(other, { recursive: true, force: true }));

const fileOf = (data: string) => join(data, "gateway", "gateway.sqlite");
const keysNow = () => readFile(keys, "utf8");
/** The command, by itself: what a minute's wait is for is over at once. */
const rotate = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  runCommand(rotateKey, env, ...args);

/** Refused, with this said, and the key file is as it was. */
async function refused(env: Readonly<Record<string, string>>, says: RegExp): Promise<void> {
  const before = await keysNow();
  for (const args of [[], ["--keep"]]) await expect(rotate(env, ...args)).rejects.toThrow(says);
  expect(await keysNow()).toBe(before);
}

describe("rotate-key where the gateway is on PostgreSQL", () => {
  let url: string;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    ({ url, drop } = await newPostgres());
    whole = await openWhole({ env: { DATABASE_URL: url } });
    keys = join(whole.data, "gateway", "keys");
    await whole.addApp("zebu");
  });
  afterEach(async () => {
    await whole.close();
    await drop();
  });

  /** The same as the refused one, with the gateway's own database. */
  async function rotatesAtItsOwn(env: Readonly<Record<string, string>>): Promise<void> {
    const before = await keysNow();
    // The wait for what is on its way.
    await runOn(
      url,
      `create function past() returns trigger as 'begin new.started_at := new.started_at - 60000; return new; end' language plpgsql`,
    );
    await runOn(
      url,
      "create trigger past before update on vault_rotations for each row when (old.key_id = '' and new.key_id <> '') execute function past()",
    );
    const said = await rotate({ ...env, DATABASE_URL: url });
    expect(said.join("\n")).toContain("No other key is left");
    expect((await keysNow()).trim().split("\n")).toHaveLength(1);
    expect(await keysNow()).not.toBe(before);
    await whole.gateway.ports.vault.followKeys();
    expect((await whole.ask("GET", "/v1/apps/zebu")).status).toBe(200);
  }

  it.each([
    ["in the data folder", () => ({ KUNJI_DATA: whole.data })],
    ["that KUNJI_KEY_FILE names", () => ({ KUNJI_DATA: other, KUNJI_KEY_FILE: keys })],
  ])(
    "leaves the key file %s alone where DATABASE_URL is forgotten, and makes no database",
    async (_, env) => {
      await refused(env(), /gateway\.sqlite is not there: set KUNJI_DATA/);
      expect(existsSync(fileOf(env().KUNJI_DATA))).toBe(false);
      await rotatesAtItsOwn(env());
    },
  );

  it("leaves it alone where DATABASE_URL names a database without tables, and makes none", async () => {
    const empty = await newPostgres();
    try {
      await refused({ KUNJI_DATA: whole.data, DATABASE_URL: empty.url }, /not of this version/);
      expect(await runOn(empty.url, "select 1 from pg_tables where schemaname = 'public'")).toEqual([]);
    } finally {
      await empty.drop();
    }
    await rotatesAtItsOwn({ KUNJI_DATA: whole.data });
  });
});

describe.each(databases)("rotate-key at a database on %s in which nothing was ever sealed", (_, make) => {
  it("leaves the key file of another one alone, and plants nothing in this one", async () => {
    whole = await openWhole();
    keys = join(whole.data, "gateway", "keys");
    const made = await make();
    try {
      await whole.addApp("zebu");
      await whole.gateway.close();
      const wrong = { KUNJI_DATA: other, KUNJI_KEY_FILE: keys };
      const place = "url" in made.place ? made.place : { file: fileOf(other) };
      await (await openStore(place)).close();
      const env = { ...wrong, ...("url" in place && { DATABASE_URL: place.url }) };
      await refused(env, /Nothing was ever sealed in this database.*set DATABASE_URL, or KUNJI_DATA/);
      const store = await openStore(place);
      expect(await store.vaultRecords.keys()).toEqual([]);
      await store.close();
      const said = await rotate({ KUNJI_DATA: whole.data, KUNJI_KEY_FILE: keys });
      expect(said.join("\n")).toContain("No other key is left");
    } finally {
      await whole.close();
      await made.drop();
    }
  }, 60_000);
});

describe("rotate-key at a SQLite file that its gateway has left for a PostgreSQL", () => {
  it("leaves the key file alone, until a gateway is started on that file again", async () => {
    const { url, drop } = await newPostgres();
    whole = await openWhole();
    keys = join(whole.data, "gateway", "keys");
    const here = { KUNJI_DATA: whole.data };
    const moved = { ...here, DATABASE_URL: url };
    try {
      await whole.addApp("zebu");
      await whole.gateway.close();
      await runCommand(exportRowsTo, here, join(other, "rows"));
      await runCommand(importRowsFrom, moved, join(other, "rows"));
      const there = await gatewayAt(whole, moved);
      await refused(here, /is on a PostgreSQL.*set DATABASE_URL/);
      expect((await there.ask("GET", "/v1/apps/zebu")).status).toBe(200);
      await there.close();
      await refused(here, /is on a PostgreSQL.*set DATABASE_URL/);
      await (await gatewayAt(whole, here)).close();
      expect((await rotate(here)).join("\n")).toContain("No other key is left");
    } finally {
      await whole.close();
      await drop();
    }
  }, 60_000);

  it("is refused by the keys themselves where they were rotated since", async () => {
    const { url, drop } = await newPostgres();
    whole = await openWhole({ env: { DATABASE_URL: url } });
    keys = join(whole.data, "gateway", "keys");
    const left = await openWhole();
    try {
      await left.addApp("zebu");
      await left.gateway.close();
      const env = { KUNJI_DATA: left.data, KUNJI_KEY_FILE: keys };
      await refused(env, /which is not among the keys.*set DATABASE_URL, or KUNJI_DATA/);
      await writeFile(keys, await readFile(join(left.data, "gateway", "keys")));
      expect((await rotate(env)).join("\n")).toContain("No other key is left");
    } finally {
      await left.close();
      await whole.close();
      await drop();
    }
  }, 60_000);
});
