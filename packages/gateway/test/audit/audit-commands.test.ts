import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../src/adapters/database/open-store.js";
import { auditExport } from "../../src/commands/audit-export.js";
import { auditVerify } from "../../src/commands/audit-verify.js";
import type { Command } from "../../src/commands/command.js";
import type { Store } from "../../src/ports/store.js";
import { readSettings } from "../../src/settings.js";
import { storePlaceOf } from "../../src/store-place.js";
import { newPostgres, runOn } from "../support/postgres.js";
import { t0 } from "../support/rows.js";
import { runStatement } from "../support/run-statement.js";

const kinds = ["SQLite", "PostgreSQL"] as const;

describe.each(kinds)("the audit's commands on %s, beside a gateway that runs", (kind) => {
  let folder: string;
  let store: Store;
  let settings: ReturnType<typeof readSettings>;
  let drop: () => Promise<void> = async () => undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kunji-audit-"));
    const made = kind === "PostgreSQL" ? await newPostgres() : undefined;
    settings = readSettings({ KUNJI_DATA: folder, DATABASE_URL: made?.url });
    if (made) drop = made.drop;
    store = await openStore(storePlaceOf(settings));
    for (const tenant of ["desk-1", "desk-2"]) {
      await store.tenants.add(tenant, { name: tenant, madeBy: null, at: t0 });
      for (const id of ["a", "b", "c"])
        await store.audit.append(tenant, {
          at: t0,
          key: "key_1",
          action: "app.put",
          kind: "app",
          id,
          facts: { reason: `of ${id}` },
        });
    }
  });
  afterEach(async () => {
    await store.close();
    await drop();
    await rm(folder, { recursive: true, force: true });
  });

  /** What a command says, and the exit code that it asks for. */
  async function run(command: Command, ...args: readonly string[]): Promise<[string, number]> {
    const said: string[] = [];
    process.exitCode = 0;
    try {
      await command.run(args, {
        settings,
        fetch: () => Promise.reject(new Error("nothing is fetched")),
        randomBytes: (length) => new Uint8Array(length),
        now: () => t0,
        wait: async () => undefined,
        say: (line) => void said.push(line),
      });
      return [said.join("\n"), Number(process.exitCode)];
    } finally {
      process.exitCode = 0;
    }
  }
  const place = () => storePlaceOf(settings);

  it("verify every tenant's chain, name what is wrong and fail then", async () => {
    const [whole, code] = await run(auditVerify);
    expect(whole).toMatch(/^✓ desk-1: whole, 3 records, from 1 to 3\n.*3:[0-9a-f]{64}\n✓ desk-2: whole/);
    expect(code).toBe(0);
    await runStatement(place(), "update audit set id = 'x' where tenant = 'desk-2' and sequence = 2");
    const [told, failed] = await run(auditVerify);
    expect(told).toContain("✓ desk-1: whole");
    expect(told).toMatch(/✗ desk-2: not whole, 3 records, from 1 to 3\n {4}record 2 was changed/);
    expect(failed).toBe(1);
    expect((await run(auditVerify, "--tenant", "desk-1"))[1]).toBe(0);
  });

  it("look for an anchor in one tenant's chain", async () => {
    const [told] = await run(auditVerify, "--tenant", "desk-1");
    const [, anchor = ""] = /anchor: (\S+)/.exec(told) ?? [];
    expect((await run(auditVerify, "--tenant", "desk-1", "--anchor", anchor))[1]).toBe(0);
    const [missed, code] = await run(auditVerify, "--tenant", "desk-2", "--anchor", anchor);
    expect([missed.includes("record 3 is another one than the anchor's"), code]).toEqual([true, 1]);
  });

  it("export it as lines that can be verified without the database", async () => {
    const [text, code] = await run(auditExport);
    expect([text.split("\n").length, code]).toEqual([6, 0]);
    expect(JSON.parse(text.split("\n")[1] ?? "")).toMatchObject({
      tenant: "desk-1",
      sequence: 2,
      at: "2026-11-20T06:00:00.000Z",
      facts: { reason: "of b" },
    });
    expect((await run(auditExport, "--tenant", "desk-2", "--after", "2"))[0].split("\n")).toHaveLength(1);
    const file = join(folder, "audit.ndjson");
    const verify = async (content: string) => {
      await writeFile(file, content);
      return run(auditVerify, "--file", file);
    };
    expect((await verify(`${text}\n`))[1]).toBe(0);
    for (const [flaw, fault] of [
      [text.replace('"of b"', '"of z"'), "record 2 was changed"],
      [text.replace(/^.*"of b".*\n/m, ""), "record 2 is missing"],
      [text.replace(/^(.*"of b".*\n)/m, "$1$1"), "record 3 is missing"],
      [`${text.split("\n").reverse().join("\n")}\n`, "line 2 is out of its order"],
      [text.replace(/^.*"of a".*\n/m, ""), "? desk-1: 2 records, from 2 to 3, hang together"],
      ["", "the file holds no record"],
      [text.replace('"kind"', '"note":1,"kind"'), "line 1 is no record"],
      [`${text}\nnonsense`, "line 7 is no record"],
    ] as const) {
      expect(flaw).not.toBe(text);
      const [told, failed] = await verify(flaw);
      expect([told.includes(fault), failed, told]).toEqual([true, 1, told]);
    }
    expect(await readFile(file, "utf8")).toContain("nonsense");
  });

  it("verify a later part of an export by the anchor before it, and leave its first record open without that", async () => {
    const [whole] = await run(auditVerify, "--tenant", "desk-1");
    const [, anchor = ""] = /anchor: (\S+)/.exec(whole) ?? [];
    const record = { at: t0, key: "key_1", action: "app.put", kind: "app" } as const;
    // An erasure of long ago, which does not tell where this part begins.
    const facts = { through: 1, hash: "0".repeat(64) };
    await store.audit.append("desk-1", { ...record, id: "d" });
    await store.audit.append("desk-1", { ...record, action: "audit.erase", id: "e", facts });
    const [text] = await run(auditExport, "--tenant", "desk-1", "--after", "3");
    const file = join(folder, "later.ndjson");
    const verify = async (content: string, ...args: readonly string[]) => {
      await writeFile(file, content);
      return run(auditVerify, "--file", file, ...args);
    };
    const [told, code] = await verify(text);
    expect([told, code]).toEqual([expect.stringMatching(/^\? desk-1: 2 records, from 4 to 5, .*\n.*3:/), 1]);
    const [founded, good] = await verify(text, "--anchor", anchor);
    expect([founded, good]).toEqual([expect.stringMatching(/^✓ desk-1: whole, 2 records, from 4 to 5/), 0]);
    const [older] = await verify(text, "--anchor", anchor, "--anchor", `1:${"0".repeat(64)}`);
    expect(older).toContain("; 1 anchor lies before them\n");
    const flawed = text.replace('"id":"d"', '"id":"x"');
    expect((await verify(flawed, "--anchor", anchor))[0]).toContain("record 4 was changed");
    expect((await verify(text.replace('"id":"e"', '"id":"x"')))[0]).toContain("record 5 was changed");
    expect((await verify(text, "--anchor", `3:${"0".repeat(64)}`))[0]).toContain("record 4 was changed");
  });

  it("say what is wrong with what they are given, and read no database of another version", async () => {
    await expect(run(auditVerify, "--anchor", "3:short")).rejects.toThrow("<sequence>:<64 hex digits>");
    for (const args of [["--anchor", `1:${"0".repeat(64)}`], ["more"], ["--what"]])
      await expect(run(auditVerify, ...args)).rejects.toThrow(/takes --tenant/);
    await expect(run(auditVerify, "--tenant", "nobody")).rejects.toThrow("There is no such tenant.");
    await expect(run(auditExport, "--after", "x")).rejects.toThrow(/takes --tenant/);
    await expect(run(auditVerify, "--file", join(folder, "none"))).rejects.toThrow(/can't be read/);
    await runStatement(place(), "delete from kysely_migration where name like '0005%'");
    await expect(run(auditVerify)).rejects.toMatchObject({ code: "store_older" });
  });
});

it("reads a PostgreSQL in transactions that can't write", async () => {
  const { makeReadingPool } = await import("../../src/adapters/database/open-postgres.js");
  const { url, drop } = await newPostgres();
  await runOn(url, "create table there (id text)");
  const pool = makeReadingPool(url);
  const client = await pool.connect();
  await expect(client.query("insert into there values ('a')")).rejects.toMatchObject({ code: "25006" });
  expect((await client.query("select * from there")).rows).toEqual([]);
  client.release();
  await pool.end();
  await runOn(url, "insert into there values ('a')");
  await drop();
});
