// What takes too long for `npm test`: benchmarks and faults, each part a file that is named on the command line.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { benchmarksPage, withTables } from "./benchmarks-page.mjs";
import { built, prepare, program, run } from "./prepare.mjs";
import { scalePage, withSums } from "./scale-page.mjs";
import { parts as summed } from "./scale-sums.mjs";
import { reports, root, Sentence, say, secondsSince } from "./settings.mjs";

const hooks = pathToFileURL(join(root, "packages/gateway/test/support/typescript-hooks.mjs")).href;
const results = join(root, "bench", "results");

/** The names of a folder's parts, `bench` or `faults`. */
export const partsOf = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".mjs"))
    .map((name) => name.slice(0, -".mjs".length))
    .sort();

/** What a part exports. */
export const partAt = (folder, part) => import(pathToFileURL(join(root, folder, `${part}.mjs`)).href);

/** What a part has kept; `undefined` where it was never run. */
export function figuresOf(part) {
  const file = join(results, `${part}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

async function list(folder) {
  const lines = [];
  for (const part of partsOf(folder))
    lines.push(`  ${part.padEnd(16)} ${(await partAt(folder, part)).about}`);
  lines.push(
    `  ${"table".padEnd(16)} writes the tables of ${benchmarksPage} and ${scalePage} from what was kept; measures nothing`,
  );
  say(`npm run ${folder} -- <part> [its arguments]\n\n${lines.join("\n")}`);
}

/**
 * Where a run writes its figures: `byNow` before its end, so that one that is broken off leaves alone what is kept, and then
 * `atEnd`. A short one tries a part out: what it finds stands for nothing.
 */
export function filesOf(part, args) {
  const [byNow, kept] = [reports, results].map((folder) => join(folder, `${part}.json`));
  return { byNow, atEnd: args.includes("short") ? byNow : kept };
}

/** The machine that figures are measured on. */
export const thisMachine = () => ({
  cpu: cpus()[0]?.model.trim(),
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
});

/** Writes a part's figures down, with what they were measured on. */
function keep(file, part, figures) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ part, measuredOn: thisMachine(), ...figures }, null, 2)}\n`);
}

/** The page's text with the tables that belong in it. @param text the page's text by now */
export async function pageOf(text) {
  const parts = [];
  for (const folder of ["bench", "faults"])
    for (const part of partsOf(folder)) {
      const { table } = await partAt(folder, part);
      parts.push({ part, command: `npm run ${folder} -- ${part}`, figures: figuresOf(part), table });
    }
  return withTables(text, parts);
}

async function write(page, made) {
  const file = join(root, page);
  const before = readFileSync(file, "utf8");
  const after = await made(before);
  writeFileSync(file, after);
  say(before === after ? `${page} is what was measured.` : `${page} is written.`);
}

async function writePages() {
  await write(benchmarksPage, pageOf);
  const figures = Object.fromEntries(summed.map((part) => [part, figuresOf(part)]));
  await write(scalePage, (text) => withSums(text, figures));
}

/**
 * Runs the part that is named, which answers its figures; `sound: false` in them is a failure. Each part exports
 * - `about`, a line for the list;
 * - `run(args, { say, keep, folder })`, where `keep(figures)` writes down in reports/ what there is by now, and `folder` is where
 *   pictures of it belong; among its arguments the word `short` tries the part out, and is kept in reports/;
 * - `table(figures)`, what docs/benchmarks.md shows of figures that were kept:
 *   `{ columns, rows, goals? }`, or `{ tables, goals? }` where it is several tables, each `{ columns, rows }`. A row is a list of
 *   cells, texts as they stand or numbers; a goal is `{ goal, figure, met }`, two texts and whether it is reached. The versions of
 *   what was compared, `versions` of the figures, are shown below the tables.
 * The word `table` writes that page, and the sums of docs/scale.md.
 */
export async function runParts(folder, scriptUrl) {
  await prepare(scriptUrl);
  const [part, ...args] = process.argv.slice(2);
  if (!process.execArgv.includes(hooks)) {
    await built();
    process.exitCode = await run([
      "--import",
      hooks,
      program(`../scripts/${folder}.mjs`),
      ...process.argv.slice(2),
    ]);
    return;
  }
  if (part === undefined) return list(folder);
  if (part === "table") return writePages();
  if (!partsOf(folder).includes(part))
    throw new Sentence(`There is no part ${part}. Say one of: ${[...partsOf(folder), "table"].join(", ")}.`);
  const start = performance.now();
  const { byNow, atEnd } = filesOf(part, args);
  const kept = { say, keep: (now) => keep(byNow, part, now), folder: dirname(atEnd) };
  const figures = await (await partAt(folder, part)).run(args, kept);
  keep(atEnd, part, figures);
  say(`${part} took ${secondsSince(start)}: ${relative(root, atEnd)}`);
  if (atEnd !== byNow) say(`\`npm run ${folder} -- table\` brings ${benchmarksPage} up to date.`);
  if (figures.sound === false) process.exitCode = 1;
}
