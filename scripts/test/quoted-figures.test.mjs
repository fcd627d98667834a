import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { benchmarksPage, proseOf } from "../benchmarks-page.mjs";
import { figuresOf, partsOf } from "../parts.mjs";
import { scalePage, writtenByHand } from "../scale-page.mjs";
import { root } from "../settings.mjs";
import { wrongQuotes } from "./support/quoted-figures.mjs";

const parts = [...partsOf("bench"), ...partsOf("faults")];
const kept = (part) => (parts.includes(part) ? figuresOf(part) : null);

const pagesIn = (folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
const packages = readdirSync(join(root, "packages")).map((name) => join("packages", name, "README.md"));
const pages = ["README.md", ...packages.filter((path) => existsSync(join(root, path))), ...pagesIn("docs")];
const read = (path) => readFileSync(join(root, path), "utf8");

it.each(pages)("%s quotes only figures that were measured", (path) => {
  // What is made from the files has a test of its own.
  const prose = { [benchmarksPage]: proseOf, [scalePage]: writtenByHand }[path] ?? ((text) => text);
  expect(wrongQuotes(prose(read(path)), kept)).toEqual([]);
});

it("finds a quoted figure that was changed", () => {
  const text = read("docs/operations.md");
  expect(text).toContain("| 1.3 s, 0.2 s |");
  expect(wrongQuotes(text.replace("| 1.3 s, 0.2 s |", "| 1.4 s, 0.2 s |"), kept)).toEqual([
    "1.4 s: not in restore",
  ]);
});

it("reads a figure as it is rounded, in other units and as a share", () => {
  const figures = { backAfterMs: [154, 528], ratio: 0.853, bytes: 7_677 };
  const of = (text) => wrongQuotes(`${text} (\`bench/results/some.json\`)`, () => figures);
  expect(of("after 0.5 s, 154 ms, 85 %, 7.7 kB")).toEqual([]);
  expect(of("after 0.6 s, 155 ms, 86 %, 7.8 kB")).toHaveLength(4);
});

it("wants the file named where only a measurement can have said it", () => {
  const none = () => null;
  expect(wrongQuotes("It answers 4,000 requests a second.", none)).toHaveLength(1);
  expect(wrongQuotes("An import is 7.7 kB.", none)).toHaveLength(1);
  expect(wrongQuotes("At most 10 orders a second, within 5 s.", none)).toEqual([]);
});
