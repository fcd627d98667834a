import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { program, run } from "./prepare.mjs";
import { reports, root } from "./settings.mjs";

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

/** The files that failed, and how many of their tests passed all the same: what a run of these files alone comes to is counted instead. */
export function failedFiles({ report }) {
  const files = (report?.testResults ?? []).filter((file) => file.status === "failed");
  const passed = files.flatMap((file) => file.assertionResults).filter((test) => test.status === "passed");
  return { names: files.map((file) => relative(root, file.name)), passed: passed.length };
}
