import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { program, run } from "./prepare.mjs";
import { reports, root, say } from "./settings.mjs";

/** Vitest over the given filters, in a time zone. Resolves to its status and its JSON report (undefined without one). */
export async function vitest(args, { name, timeZone = "UTC", chromium }) {
  mkdirSync(reports, { recursive: true });
  const file = join(reports, `${name}.json`);
  rmSync(file, { force: true });
  const status = await run(
    [
      program("vitest/vitest.mjs"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
      ...args,
    ],
    { TZ: timeZone, ...(chromium ? { KUNJI_CHROMIUM: chromium } : {}) },
  );
  return { status, report: existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined };
}

/**
 * How many tests passed and failed by vitest's JSON reports. A file that could not be run counts as one failure, and so
 * does a run without a report, without a test, or that failed though no test did.
 */
export function counted({ status, report }) {
  if (!report) return { passed: 0, failed: 1 };
  const unread = (report.testResults ?? []).filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const passed = report.numPassedTests;
  let failed = report.numFailedTests + unread;
  if (failed === 0 && (status !== 0 || passed === 0)) failed = 1;
  return { passed, failed };
}

/** The names of what failed, a line each: where it is, what it tries, and the first line of why. */
export const failuresOf = ({ report }) =>
  (report?.testResults ?? [])
    .filter((file) => file.status === "failed")
    .flatMap((file) => {
      const where = relative(root, file.name);
      const failed = file.assertionResults.filter((test) => test.status === "failed");
      const why = (text) => (text ?? "").trim().split("\n", 1)[0];
      if (failed.length === 0) return [`${where}: ${why(file.message)}`];
      return failed.map((test) => `${where}: ${test.fullName}: ${why(test.failureMessages[0])}`);
    });

/** More files than this that fail are no matter of time. */
const fewEnough = 3;

/** The files that are to be run once more: those that failed, where they are few. */
export function toRunAgain({ report }) {
  const failed = (report?.testResults ?? []).filter((file) => file.status === "failed");
  return failed.length > fewEnough ? [] : failed.map((file) => relative(root, file.name));
}

/** A run in which what a second run says of its files takes the place of what the first one said. */
export function withSecond(first, second) {
  const again = second.report?.testResults ?? [];
  const names = new Set(toRunAgain(first));
  const kept = first.report.testResults.filter((file) => !names.has(relative(root, file.name)));
  const testResults = [...kept, ...again];
  const tests = testResults.flatMap((file) => file.assertionResults);
  const count = (status) => tests.filter((test) => test.status === status).length;
  return {
    status: second.status,
    report: {
      ...first.report,
      testResults,
      numPassedTests: count("passed"),
      numFailedTests: count("failed"),
    },
  };
}

/**
 * Vitest as by `vitest`, and the few files that fail once more, alone: several measure time beside all others. The
 * second run is what counts, and what it takes back is told as `unsteady`.
 */
export async function steadyVitest(args, options) {
  const first = await vitest(args, options);
  const names = toRunAgain(first);
  if (names.length === 0) return { ...first, unsteady: [] };
  say(`\nOnce more, alone: ${names.join(", ")}`);
  const run = withSecond(first, await vitest(names, { ...options, name: `${options.name}-again` }));
  return { ...run, unsteady: counted(run).failed > 0 ? [] : failuresOf(first) };
}
