import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { plainCalls, plainSettings, plainWords } from "./support/plain-sql.js";
import {
  builderCalls,
  errorCodes,
  namesIn,
  rowComparisons,
  settings,
  sqlWords,
} from "./support/sql-features.js";

const adapters = new URL("../../src/adapters/database/", import.meta.url);
const page = new URL("../../../../docs/scale.md", import.meta.url);
const files = readdirSync(adapters, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.includes("sqlite"))
  .map((name) => name.replaceAll("\\", "/"));
const sourceOf = (file: string): string => readFileSync(new URL(file, adapters), "utf8");
const names = new Set(
  files.filter((file) => file.startsWith("migrations/")).flatMap((file) => namesIn(sourceOf(file))),
);

/** What a source file uses of SQL beyond what every database has. */
function featuresOf(file: string, source: string): readonly string[] {
  const words = sqlWords(source).filter((word) => !plainWords.has(word) && !names.has(word));
  const calls = builderCalls(source).filter((call) => !plainCalls.has(call));
  const set = /postgres|index-range/.test(file)
    ? settings(source).filter((name) => !plainSettings.has(name))
    : [];
  return [...new Set([...words, ...calls, ...set, ...errorCodes(source), ...rowComparisons(source)])];
}

const phrasesIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, phrase = ""]) => phrase);

/** The table's rows: the words of a feature, and the files that use it. */
function rowsOf(text: string) {
  const [, section = ""] = text.split("## What we use of SQL\n");
  const [, , ...lines] = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  return lines.map((line) => {
    const cells = line.replace(/^\| | \|$/g, "").split(" | ");
    const phrases = phrasesIn(cells[0] ?? "");
    const words = phrases.flatMap((phrase) => [phrase, ...phrase.split(/[^\w<]+/)]);
    return { cells, words, where: cells[1] ?? "", named: phrasesIn(cells[1] ?? "") };
  });
}

type Row = ReturnType<typeof rowsOf>[number];

const holds = ({ named, where }: Row, file: string): boolean =>
  where === "throughout" ||
  named.includes(file) ||
  named.some((name) => name.endsWith("/") && file.startsWith(name));

/** Each use that no row of the page tells: a feature and its file. */
const untold = (rows: readonly Row[], file: string, source: string): readonly string[] =>
  featuresOf(file, source)
    .filter((feature) => !rows.some((row) => row.words.includes(feature) && holds(row, file)))
    .map((feature) => `${feature} in ${file}`);

const text = readFileSync(page, "utf8");
const rows = rowsOf(text);

describe("docs/scale.md", () => {
  it("has its six cells in every row", () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(({ cells }) => cells.length !== 6 || cells.includes(""))).toEqual([]);
    const verdict = /^(?:yes|no|not found|differs)\b/;
    expect(rows.flatMap(({ cells }) => cells.slice(2).filter((cell) => !verdict.test(cell)))).toEqual([]);
  });

  it("tells every feature of SQL that the adapters use, with its file", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap((file) => untold(rows, file, sourceOf(file)))).toEqual([]);
  });

  it("names files that are there, and that use what the row is about", () => {
    for (const { named, words } of rows)
      for (const name of named) {
        const within = files.filter((file) => file === name || (name.endsWith("/") && file.startsWith(name)));
        const used = within.flatMap((file) => featuresOf(file, sourceOf(file)));
        expect([name, words, used.some((feature) => words.includes(feature))]).toEqual([name, words, true]);
      }
  });

  it.each([
    ["a call of the builder", "query.forUpdate().noWait()", "noWait"],
    ["a word of SQL", "sql`select nextval('a') from b`", "nextval"],
    ["a word beside a hole", "sql<{ a: number; b: 1 }>`$" + "{a} tablesample $" + "{b}`", "tablesample"],
    ["a plain statement", 'client.query("lock table a in share mode")', "share"],
    ["a comparison of rows", "sql`(a, b) >= (1, 2)`", "(a, b) > (x, y)"],
    ["an error code", 'if (code === "0A000") throw error', "0A000"],
    ["a feature that another file has", "sql`select pg_notify(a)`", "pg_notify"],
  ])("misses %s that was not entered", (_, source, feature) => {
    expect(untold(rows, "apps.ts", source)).toContain(`${feature} in apps.ts`);
  });

  it("misses a setting that was not entered", () => {
    expect(untold(rows, "open-postgres.ts", "const a = { lock_timeout: 5 }")).toEqual([
      "lock_timeout in open-postgres.ts",
    ]);
  });

  it("names no other file that is not there", () => {
    const named = phrasesIn(text).filter((phrase) => phrase.endsWith(".ts"));
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((name) => !files.includes(name))).toEqual([]);
  });

  it("links what is there, by links that it explains", () => {
    const pages = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, name = ""]) => name);
    expect(pages).toContain("operations.md");
    expect(pages.filter((name) => !existsSync(new URL(name, page)))).toEqual([]);
    const explained = new Set([...text.matchAll(/^\[([^\]]+)\]: https:\/\/\S+$/gm)].map(([, name]) => name));
    const used = [...text.matchAll(/\]\[([^\]]+)\]/g)].map(([, name]) => name);
    expect(used.filter((name) => !explained.has(name))).toEqual([]);
    expect([...explained].filter((name) => !used.includes(name))).toEqual([]);
  });
});
