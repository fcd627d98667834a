// Changes the code in small ways, one at a time, and sees whether a test notices.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { apart } from "../scripts/install-apart.mjs";
import { figuresOf } from "../scripts/parts.mjs";
import { root, Sentence } from "../scripts/settings.mjs";
import { areas } from "./support/mutation-areas.mjs";
import { foundIn } from "./support/mutation-report.mjs";

export const about = `[${Object.keys(areas).join(", ")}; all]: changes the code in small ways, and counts which changes no test notices`;

const leastScore = 85;
const stryker = apart({ path: "faults/stryker", what: "what changes the code" });

/**
 * Which tests Vitest runs for an area. Stryker's own `testFiles` would name them too, but then Stryker makes each change only
 * once the modules are loaded: one of a value that a module makes while it loads would never be seen.
 */
const testsOf = ({ tests }) => `import whole from "../../vitest.config.ts";

export default { ...whole, test: { ...whole.test, include: ${JSON.stringify(tests)} } };
`;

/** What Stryker is told of an area: `report` is where it writes, `chosen` what `testsOf` says. */
const configOf = ({ mutate }, { report, before, chosen }) => ({
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  coverageAnalysis: "perTest",
  vitest: { configFile: chosen, pool: "forks", related: false },
  mutate,
  ignorePatterns: ["/reports", "/bench", "/faults", "/docs", "packages/*/dist", "/.data"],
  tempDirName: "reports/mutation/copies",
  reporters: ["progress-append-only", "json"],
  jsonReporter: { fileName: report },
  // What neither the code nor its tests have changed since is not tried again.
  incremental: true,
  incrementalFile: before,
  // The tests' own limits, with what a test takes beside others.
  timeoutMS: 20_000,
  concurrency: availableParallelism(),
  allowConsoleColors: false,
});

/**
 * Takes out of what was found before every unnoticed change that Stryker knows no test of, as of what a module makes while it
 * loads: it would never be tried again, however many tests are added.
 */
function forgetUntested(before) {
  if (!existsSync(before)) return;
  const found = JSON.parse(readFileSync(before, "utf8"));
  for (const file of Object.values(found.files))
    file.mutants = file.mutants.filter(
      ({ status, coveredBy = [] }) =>
        status === "Killed" || status === "Timeout" || (status === "Survived" && coveredBy.length > 0),
    );
  writeFileSync(before, JSON.stringify(found));
}

/** Changes an area; answers Stryker's report. */
async function mutated(name) {
  const folder = join(root, "reports", "mutation");
  mkdirSync(folder, { recursive: true });
  const file = (kind) => join(folder, `${name}.${kind}.json`);
  const [config, report, before] = ["config", "report", "before"].map(file);
  const chosen = join(folder, `${name}.tests.mjs`);
  writeFileSync(chosen, testsOf(areas[name]));
  forgetUntested(before);
  writeFileSync(config, JSON.stringify(configOf(areas[name], { report, before, chosen }), null, 2));
  const program = join(stryker.folder, "node_modules/@stryker-mutator/core/bin/stryker.js");
  const child = spawn(process.execPath, [program, "run", config], { cwd: root, stdio: "inherit" });
  const status = await new Promise((done) => child.on("close", done));
  if (status !== 0)
    throw new Sentence(`The tests of ${name} don't pass as they stand: Stryker says above which.`);
  return JSON.parse(readFileSync(report, "utf8"));
}

export async function run(given, { say, keep }) {
  const asked = given.length === 0 || given.includes("all") ? Object.keys(areas) : given;
  const unknown = asked.find((name) => !Object.hasOwn(areas, name));
  if (unknown)
    throw new Sentence(`There is no area ${unknown}. Say one of: ${Object.keys(areas).join(", ")}.`);
  await stryker.ready();
  const own = {};
  const figures = () => {
    // What is run takes its place beside the others, also beside one that was kept meanwhile.
    const known = { ...figuresOf("mutation")?.areas, ...own };
    const found = Object.fromEntries(
      Object.keys(areas).flatMap((name) => (known[name] ? [[name, known[name]]] : [])),
    );
    const all = Object.values(found);
    const critical = all.flatMap(({ unnoticed }) => unnoticed.filter(({ critical }) => critical));
    return {
      sound: all.every(({ errors }) => errors === 0),
      versions: { stryker: stryker.versionOf("@stryker-mutator/core") },
      areas: found,
      goals: [
        ...Object.entries(found).map(([name, { score }]) => ({
          goal: `${name}: at least ${leastScore} % noticed`,
          figure: `${score} %`,
          met: score >= leastScore,
        })),
        {
          goal: "checksum, associated data, comparison, generation check: every change noticed",
          figure: `${critical.length} unnoticed`,
          met: critical.length === 0,
        },
      ],
    };
  };
  for (const name of asked) {
    say(`\n── ${name}`);
    own[name] = foundIn(await mutated(name));
    const { score, changes, unnoticed } = own[name];
    say(`${name}: ${score} % of ${changes} changes noticed`);
    for (const { where, change } of unnoticed) say(`  ${where}: ${change}`);
    keep(figures());
  }
  return figures();
}

export const table = ({ areas: found, goals }) => ({
  columns: ["what was changed", "changes", "noticed", "unnoticed", "noticed, %"],
  rows: Object.entries(found).map(([name, { changes, noticed, score }]) => [
    name,
    changes,
    noticed,
    changes - noticed,
    score,
  ]),
  goals,
});
