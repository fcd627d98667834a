import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { importRows } from "../../src/adapters/database/import-rows.js";
import { thisVersion } from "../../src/adapters/database/migrate.js";
import { openEmpty } from "../../src/adapters/database/open-empty.js";
import { openStore } from "../../src/adapters/database/open-store.js";
import { readMovedFile } from "../../src/adapters/moved-file/read-moved-file.js";
import { backup } from "../../src/commands/backup.js";
import { exportRowsTo } from "../../src/commands/export.js";
import { importRowsFrom } from "../../src/commands/import.js";
import { readSettings } from "../../src/settings.js";
import { storePlaceOf } from "../../src/store-place.js";
import { newPostgres } from "../support/postgres.js";
import { addTenant } from "../support/rows.js";
import { runStatement } from "../support/run-statement.js";
import { dumpOf } from "./support/row-dump.js";
import { runCommand } from "./support/run-command.js";
import { sealedGateway } from "./support/sealed-gateway.js";

let folder: string;
let source: string;
let text: string;
const at = (name: string): string => join(folder, name);
const lines = (): readonly string[] => text.trimEnd().split("\n");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kunji-refusals-"));
  source = at("source");
  const sealed = await sealedGateway({ KUNJI_DATA: source });
  await sealed.store.close();
  await runCommand(exportRowsTo, { KUNJI_DATA: source }, at("whole"));
  text = await readFile(at("whole"), "utf8");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(["SQLite", "PostgreSQL"] as const)("an import into %s", (kind) => {
  let data: string;
  let env: Record<string, string | undefined>;
  let drop: () => Promise<void> = async () => undefined;
  const keys = () => join(data, "gateway", "keys");
  const file = () => join(data, "moved");

  beforeEach(async () => {
    data = await mkdtemp(join(folder, "target-"));
    const made = kind === "PostgreSQL" ? await newPostgres() : undefined;
    if (made) drop = made.drop;
    env = { KUNJI_DATA: data, DATABASE_URL: made?.url };
    await mkdir(join(data, "gateway"));
    await writeFile(keys(), await readFile(join(source, "gateway", "keys")), { mode: 0o600 });
    await writeFile(file(), text);
  });
  afterEach(() => drop());

  const importIt = () => runCommand(importRowsFrom, env, file());
  const place = () => storePlaceOf(readSettings(env));
  /** How many rows of the gateway's there are; none where there is no table yet. */
  async function rowsThere(): Promise<number> {
    const dump = await dumpOf(place()).catch(() => new Map<string, readonly string[]>());
    return [...dump]
      .filter(([table]) => !/^(?:kysely_|sqlite_)/.test(table))
      .reduce((sum, [, rows]) => sum + rows.length, 0);
  }
  const refused = (code: string) => expect(importIt()).rejects.toMatchObject({ code });
  async function taken(): Promise<void> {
    expect(await rowsThere()).toBe(0);
    await importIt();
    expect(await rowsThere()).toBeGreaterThan(20);
  }

  it("refuses a file that was changed or cut anywhere, stores nothing of it, and takes it as it was", async () => {
    const changes: readonly (readonly [flaw: string, code: string])[] = [
      [text.replace("FA1", "FA2"), "moved_file_changed"],
      [text.slice(0, -1), "moved_file_changed"],
      [text.slice(0, text.length / 2), "moved_file_changed"],
      [`${lines().slice(0, -1).join("\n")}\n`, "moved_file_changed"],
      [`${lines().toSpliced(-2, 1).join("\n")}\n`, "moved_file_changed"],
      [`${text}["more"]\n`, "moved_file_changed"],
      [`${text}\n`, "moved_file_changed"],
      [text.replace('"tenants":2', '"tenants":3'), "moved_file_changed"],
      ["", "moved_file_foreign"],
      ["nonsense\n", "moved_file_foreign"],
      [text.replace("export 1", "export 2"), "moved_file_foreign"],
    ];
    for (const [flaw, code] of changes) {
      expect(flaw).not.toBe(text);
      await writeFile(file(), flaw);
      await refused(code);
    }
    await writeFile(file(), text);
    await taken();
  });

  it("looks at the file once more while it stores: what is changed meanwhile leaves nothing behind", async () => {
    await writeFile(file(), text.replace("FA1", "FA2"));
    const empty = await openEmpty(place());
    const load = () =>
      importRows(empty.place, async (sink) => {
        await readMovedFile(file(), thisVersion, sink);
      });
    await expect(load()).rejects.toMatchObject({ code: "moved_file_changed" });
    expect(await rowsThere()).toBe(0);
    await writeFile(file(), text);
    await load();
    await empty.close();
    expect(await rowsThere()).toBeGreaterThan(20);
  });

  it("refuses a file of another version of the tables", async () => {
    await writeFile(file(), text.replace('"0005-webhooks-and-audit-chain"', '"0005-webhooks"'));
    await refused("moved_file_version");
    await writeFile(file(), text);
    await taken();
  });

  it("refuses without the key that the values lie under, and with another one of its name", async () => {
    const right = await readFile(keys(), "utf8");
    const [id] = right.split(":");
    const other = Buffer.alloc(32, 7).toString("base64");
    for (const [wrong, code] of [
      [`${id}:${other}\n`, "key_wrong"],
      [`another:${other}\n`, "key_absent"],
    ] as const) {
      await writeFile(keys(), wrong, { mode: 0o600 });
      await refused(code);
    }
    await rm(keys());
    await refused("key_file_missing");
    await expect(importIt()).rejects.toThrow(`The key file ${keys()} is not there`);
    await writeFile(keys(), right, { mode: 0o600 });
    await chmod(keys(), 0o644);
    await refused("key_file_exposed");
    await chmod(keys(), 0o600);
    await taken();
  });

  it("refuses a database in which there is anything, and leaves it as it is", async () => {
    const store = await openStore(place());
    await store.tenants.add("here", { name: "here", madeBy: null, at: 0 });
    await store.close();
    await expect(importIt()).rejects.toMatchObject({ code: "store_not_empty" });
    expect(await rowsThere()).toBe(1);
    await runStatement(place(), "delete from tenants");
    await taken();
    await expect(importIt()).rejects.toMatchObject({ code: "store_not_empty" });
  });

  it("refuses a file that a gateway has open, where a file serves one gateway alone", async () => {
    const store = await openStore(place());
    if (kind === "SQLite") await expect(importIt()).rejects.toMatchObject({ code: "store_in_use" });
    await store.close();
    await taken();
  });

  it("refuses a file whose rows are none of these tables', though its hash is right", async () => {
    const signed = (content: readonly string[], rows: Record<string, number>): string => {
      const whole = `${content.join("\n")}\n`;
      const sha256 = createHash("sha256").update(whole).digest("hex");
      return `${whole}${JSON.stringify({ rows, sha256 })}\n`;
    };
    const counts = JSON.parse(lines().at(-1) ?? "").rows as Record<string, number>;
    const content = lines().slice(0, -1);
    const { deliveries: _, ...fewer } = counts;
    const lastTable = content.findIndex((line) => line.startsWith('{"table":"deliveries"'));
    const firstCode = content.findIndex((line) => line.startsWith('{"table":"codes"')) + 1;
    for (const flaw of [
      signed(content.slice(0, lastTable), fewer),
      signed(
        content.map((line) => line.replace('"audit_hash":"text"', '"audit_hish":"text"')),
        counts,
      ),
      // A code of a connection that there is not.
      signed(content.with(firstCode, (content[firstCode] ?? "").replace(/"row-\d"/, '"row-x"')), counts),
    ]) {
      expect(flaw).not.toBe(text);
      await writeFile(file(), flaw);
      await refused("moved_file_foreign");
    }
    await writeFile(file(), signed(content, counts));
    await taken();
  });
});

describe("the commands", () => {
  const here = () => ({ KUNJI_DATA: source });

  it.each([
    ["export", exportRowsTo],
    ["import", importRowsFrom],
    ["backup", backup],
  ] as const)("%s says what it takes", async (word, command) => {
    for (const args of [[], ["a", "b"], ["--force"], [""]])
      await expect(runCommand(command, here(), ...args)).rejects.toThrow(
        `kunji-gateway ${word} takes the path of a file, and nothing else.`,
      );
  });

  it.each([
    ["export", exportRowsTo],
    ["backup", backup],
  ] as const)("%s writes over no file, and leaves none where it fails", async (_, command) => {
    await writeFile(at("there"), "something else");
    await expect(runCommand(command, here(), at("there"))).rejects.toMatchObject({
      code: "moved_file_unwritable",
    });
    expect(await readFile(at("there"), "utf8")).toBe("something else");
    await expect(runCommand(command, here(), at("none/there"))).rejects.toThrow(
      /can't be written \(ENOENT\)/,
    );
    await expect(runCommand(command, { KUNJI_DATA: at("nowhere") }, at("new"))).rejects.toMatchObject({
      code: "store_file_unusable",
    });
    await expect(stat(at("new"))).rejects.toMatchObject({ code: "ENOENT" });
    await runCommand(command, here(), at("new"));
    expect(((await stat(at("new"))).mode & 0o777).toString(8)).toBe("600");
    await rm(at("new"));
  });

  it("export reads no database of another version, backup copies it as it is", async () => {
    const data = at("older");
    const store = await openStore(storePlaceOf(readSettings({ KUNJI_DATA: data })));
    await addTenant(store, "t");
    await store.close();
    const place = storePlaceOf(readSettings({ KUNJI_DATA: data }));
    await runStatement(place, "update kysely_migration set name = '0005-other' where name like '0005%'");
    await expect(runCommand(exportRowsTo, { KUNJI_DATA: data }, at("older-export"))).rejects.toMatchObject({
      code: "store_older",
    });
    await runCommand(backup, { KUNJI_DATA: data }, at("older-copy"));
    expect((await dumpOf({ file: at("older-copy") })).get("tenants")).toHaveLength(1);
  });

  it("import says that a file can't be read", async () => {
    await expect(runCommand(importRowsFrom, here(), at("nothing"))).rejects.toMatchObject({
      code: "moved_file_unreadable",
    });
  });

  it("backup says what to do on a PostgreSQL", async () => {
    const env = { KUNJI_DATA: source, DATABASE_URL: "postgres://u:p@127.0.0.1:1/d" };
    await expect(runCommand(backup, env, at("pg"))).rejects.toThrow(/pg_dump --format=custom/);
  });
});
