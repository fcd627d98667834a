import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../../../", import.meta.url);
const page = new URL("docs/faults.md", root);
const text = readFileSync(page, "utf8");

const numbered = (letter: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
const wanted = [
  ...numbered("A", 12),
  ...numbered("B", 10),
  ...numbered("C", 8),
  ...numbered("D", 9),
  ...numbered("E", 8),
  ...numbered("F", 6),
];

/** The table's rows, by their numbers. */
const rows = text
  .split("\n")
  .filter((line) => /^\| [A-F]\d+ \|/.test(line))
  .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()));
const testsOf = (cell: string) => [...cell.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
const commandsOf = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, command = ""]) => command);
const scripts: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL("package.json", root), "utf8"),
).scripts;

/** Whether somebody can type this. */
function isThere(command: string): boolean {
  const [, script = "", part] = /^npm run (\w+)(?: -- ([\w-]+)(?: \d+)*)?$/.exec(command) ?? [];
  return script in scripts && (part === undefined || existsSync(new URL(`${script}/${part}.mjs`, root)));
}

describe("docs/faults.md", () => {
  it("has every row once, in order, each with its five cells", () => {
    expect(rows.map(([number]) => number)).toEqual(wanted);
    expect(rows.filter((cells) => cells.length !== 5 || cells.includes(""))).toEqual([]);
  });

  it("names tests that exist for each row, or says what is not met", () => {
    for (const [number, , tests = "", , missing] of rows) {
      const named = testsOf(tests);
      if (named.length === 0) expect([number, missing]).not.toEqual([number, "-"]);
      for (const target of named)
        expect([number, target, existsSync(new URL(target, page))]).toEqual([number, target, true]);
      expect(named.every((target) => /\.test\.(?:ts|mjs)$/.test(target))).toBe(true);
    }
  });

  it("names commands that exist", () => {
    const commands = rows.flatMap(([, , , long = ""]) => commandsOf(long));
    expect(commands.length).toBeGreaterThan(5);
    expect(commands.filter((command) => !isThere(command))).toEqual([]);
    for (const other of ["npm run faults -- nothing", "npm run nothing", "rm -rf"])
      expect([other, isThere(other)]).toEqual([other, false]);
  });

  it("names every part of the faults", () => {
    const parts = readdirSync(new URL("faults/", root)).filter((name) => name.endsWith(".mjs"));
    const named = commandsOf(text).map((command) => /^npm run faults -- ([\w-]+)/.exec(command)?.[1]);
    expect(parts.map((name) => name.slice(0, -4)).filter((part) => !named.includes(part))).toEqual([]);
  });

  it("links what exists besides", () => {
    const links = testsOf(text).filter((target) => !target.startsWith("https://"));
    expect(links.filter((target) => !existsSync(new URL(target, page)))).toEqual([]);
  });
});
