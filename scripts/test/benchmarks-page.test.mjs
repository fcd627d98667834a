import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { benchmarksPage, proseOf, withTables } from "../benchmarks-page.mjs";
import { pageOf } from "../parts.mjs";
import { root } from "../settings.mjs";

const page = readFileSync(join(root, benchmarksPage), "utf8");

const text = "# Page\n\n<!-- figures: a -->\n<!-- end of figures -->\n\nWritten by hand.\n";
const measuredOn = { cpu: "a CPU", cores: 2, memoryGiB: 8, platform: "linux x64", node: "v24.0.0" };
const table = ({ rate, met }) => ({
  columns: ["of", "a second"],
  rows: [["a | b", rate]],
  goals: [{ goal: "1,000 a second", figure: `${rate}`, met }],
});
const figures = { measuredOn, sound: true, versions: { peer: "1.2.3" }, rate: 1234.5, met: true };
const part = (changes) => ({
  part: "a",
  command: "npm run bench -- a",
  table,
  figures: { ...figures, ...changes },
});

it("holds the tables that the kept figures give", { timeout: 60_000 }, async () => {
  expect(await pageOf(page)).toBe(page);
});

it("brings a figure that was changed on the page back to what was kept", { timeout: 60_000 }, async () => {
  const [figure] = /(?<=\| SQLite \| one \| )[\d,]+/.exec(page);
  const changed = page.replace(`| SQLite | one | ${figure}`, "| SQLite | one | 9,999");
  expect(changed).not.toBe(page);
  expect(await pageOf(changed)).toBe(page);
});

it("shows figures, goals, versions and the machine, and leaves what is written by hand", () => {
  const shown = withTables(text, [part({})]);
  expect(shown).toContain("| a \\| b | 1,235 |");
  expect(shown).toContain("| 1,000 a second | 1234.5 | met |");
  expect(shown).toContain("a CPU, 2 cores, 8 GiB, linux x64, Node 24.0.0, peer 1.2.3: [a.json]");
  expect(proseOf(shown)).toBe(proseOf(text));
  expect(withTables(shown, [part({})])).toBe(shown);
});

it("shows several tables of one part, one below the other", () => {
  const tables = ["first", "second"].map((name) => ({ columns: [name, "bytes"], rows: [["a", 1234]] }));
  const shown = withTables(text, [{ ...part({}), table: () => ({ tables }) }]);
  expect(shown).toContain(
    "| first | bytes |\n| --- | ---: |\n| a | 1,234 |\n\n| second | bytes |\n| --- | ---: |\n| a | 1,234 |\n\nBy `npm",
  );
});

it("says what is missed, not sound or not measured yet", () => {
  expect(withTables(text, [part({ met: false })])).toContain("**missed**");
  expect(withTables(text, [part({})])).not.toContain("Not sound");
  expect(withTables(text, [part({ sound: false })])).toContain("**Not sound");
  const unmeasured = withTables(text, [{ ...part({}), figures: undefined }]);
  expect(unmeasured).toContain("Not measured yet: `npm run bench -- a`.");
});

it("refuses a part without a place, one with two, and a place without a part", () => {
  expect(() => withTables("# Page\n", [part({})])).toThrow("one place for a");
  expect(() => withTables(text + text, [part({})])).toThrow("one place for a");
  expect(() => withTables(text, [])).toThrow("no such part");
});

it("refuses figures that have no table", () => {
  expect(() => withTables(text, [{ ...part({}), table: undefined }])).toThrow("exports no table");
});
