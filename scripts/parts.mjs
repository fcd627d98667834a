// What takes too long for `npm test`: benchmarks and faults, each part a file that is named on the command line.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { built, prepare, program, run } from "./prepare.mjs";
import { root, Sentence, say, secondsSince } from "./settings.mjs";

const hooks = pathToFileURL(join(root, "packages/gateway/test/support/typescript-hooks.mjs")).href;
const results = join(root, "bench", "results");

const partsOf = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".mjs"))
    .map((name) => name.slice(0, -".mjs".length))
    .sort();

const partAt = (folder, part) => import(pathToFileURL(join(root, folder, `${part}.mjs`)).href);

async function list(folder) {
  const lines = [];
  for (const part of partsOf(folder))
    lines.push(`  ${part.padEnd(16)} ${(await partAt(folder, part)).about}`);
  say(`npm run ${folder} -- <part> [its arguments]\n\n${lines.join("\n")}`);
}

/** Writes a part's figures down, with what they were measured on. */
function keep(part, figures) {
  mkdirSync(results, { recursive: true });
  const [cpu] = cpus();
  const measuredOn = {
    cpu: cpu?.model.trim(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
  writeFileSync(
    join(results, `${part}.json`),
    `${JSON.stringify({ part, measuredOn, ...figures }, null, 2)}\n`,
  );
}

/**
 * Runs the part that is named, which answers its figures; `sound: false` in them is a failure. Each part exports `about`, a
 * line for the list, and `run(args, { say, keep })`; `keep(figures)` writes down what there is by now.
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
  if (!partsOf(folder).includes(part))
    throw new Sentence(`There is no part ${part}. Say one of: ${partsOf(folder).join(", ")}.`);
  const start = performance.now();
  const figures = await (await partAt(folder, part)).run(args, { say, keep: (now) => keep(part, now) });
  keep(part, figures);
  say(`${part} took ${secondsSince(start)}: bench/results/${part}.json`);
  if (figures.sound === false) process.exitCode = 1;
}
