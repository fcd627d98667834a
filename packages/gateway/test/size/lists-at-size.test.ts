import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "../support/databases.js";
import { addTenant } from "../support/rows.js";
import { fill } from "./support/filled.js";
import { jobQuestions, type Question, questionsOf } from "./support/questions.js";
import { type Reader, readerOf } from "./support/rows-read.js";
import { type ShapeName, shapes } from "./support/shapes.js";

const each = 4_000;
/** So many that what is read past in an index takes blocks that are seen. */
const many = 60_000;
/** Each row has a block of its own at worst, and each part of a list goes down an index. */
const mostBlocks = (rows: number): number => 2 * rows + 40;
const names = Object.keys(shapes) as ShapeName[];
const questions = [...names.flatMap((shape) => questionsOf(shape, `${shape}0`)), ...jobQuestions];

describe.each(databases)("lists at size on %s", (name, make) => {
  let database: TestDatabase;
  let reader: Reader;

  beforeAll(async () => {
    database = await make();
    const store = await database.open();
    await addTenant(store, "first");
    await store.close();
    reader = await readerOf(database.place);
    // What is known of the table is what a test says.
    if (name === "PostgreSQL") await reader.run("alter table connections set (autovacuum_enabled = off)");
    await fill(
      [database.place],
      names.map((name) => ({
        name,
        tenants: 1,
        connections: name === "morning" ? many : each,
        shape: shapes[name],
      })),
    );
    await reader.run(`update tenants set ended_at = 1 where id = 'closed0'`);
  }, 60_000);
  afterAll(async () => {
    await reader.close();
    await database.drop();
  });

  /** @param whole whether a table is clean: entries of rows that are gone are stepped over, which costs blocks */
  async function tooMany(asked: readonly Question[], whole = true): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { name: title, rows, ask } of asked) {
      const read = await reader.read(ask(reader.place).compile());
      if (read.rows > rows) found.push(`${title}: ${read.rows} rows`);
      else if (whole && read.blocks > mostBlocks(read.rows)) found.push(`${title}: ${read.blocks} blocks`);
    }
    return found;
  }

  it("read no more than their page, whatever is asked for and however the connections lie", async () => {
    expect(questions.length).toBeGreaterThan(500);
    expect(await tooMany(questions)).toEqual([]);
  });

  it("are seen to read what an index does not hold", async () => {
    const unaided: Question = {
      name: "by reason",
      rows: 21,
      ask: ({ db }) =>
        db
          .selectFrom("connections")
          .select("id")
          .where("tenant", "=", "usual0")
          .where("reason", "=", "x")
          .orderBy("id")
          .limit(21),
    };
    expect(await tooMany([unaided])).toHaveLength(1);
  });

  if (name === "SQLite") return;

  it("read no more with what PostgreSQL knows of the table, nor where it plans without the values", async () => {
    await reader.run("analyze connections");
    expect(await tooMany(questions)).toEqual([]);
    await reader.run("set plan_cache_mode = force_generic_plan");
    expect(await tooMany(questions)).toEqual([]);
    await reader.run("reset plan_cache_mode");
  });

  it("read no more while PostgreSQL still takes everybody for active on the morning when all sessions are over", async () => {
    await reader.run("delete from connections where tenant <> 'together0'");
    await reader.run("vacuum analyze connections");
    await reader.run(
      `update connections set status = 'login_needed', sealed_session = null, ends_at = null, due_at = null where id not like '%_9'`,
    );
    expect(await tooMany([...questionsOf("morning", "together0"), ...jobQuestions], false)).toEqual([]);
  });
});
