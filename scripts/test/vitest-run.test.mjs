import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../settings.mjs";
import { counted, failuresOf, toRunAgain, withSecond } from "../vitest-run.mjs";

const file = (status, ...tests) => ({ status, assertionResults: tests.map((one) => ({ status: one })) });
const good = {
  status: 0,
  report: { numPassedTests: 3, numFailedTests: 0, testResults: [file("passed", "passed")] },
};

it("counts what passed and failed", () => {
  expect(counted(good)).toEqual({ passed: 3, failed: 0 });
  const bad = { numPassedTests: 2, numFailedTests: 1, testResults: [file("failed", "passed", "failed")] };
  expect(counted({ status: 1, report: bad })).toEqual({ passed: 2, failed: 1 });
});

it("counts a file that could not be run as a failure", () => {
  const report = { ...good.report, testResults: [file("passed", "passed"), file("failed")] };
  expect(counted({ status: 1, report })).toEqual({ passed: 3, failed: 1 });
});

it("counts a run without a test, without a report, or with a bad status as a failure", () => {
  expect(counted({ status: 0, report: { ...good.report, numPassedTests: 0 } }).failed).toBe(1);
  expect(counted({ status: 0, report: undefined }).failed).toBe(1);
  expect(counted({ ...good, status: 1 }).failed).toBe(1);
});

it("what failed is named by file, test and first line of why; what passed is not named", () => {
  const file = (assertionResults, more = {}) => ({
    name: join(root, "a/b.test.ts"),
    status: "failed",
    assertionResults,
    ...more,
  });
  const failed = {
    status: "failed",
    fullName: "sums add up",
    failureMessages: ["expected 1 to be 2\n  at b.test.ts:3"],
  };
  const passed = { status: "passed", fullName: "sums exist", failureMessages: [] };
  const told = (...testResults) => failuresOf({ report: { testResults } });
  expect(told(file([failed, passed]))).toEqual(["a/b.test.ts: sums add up: expected 1 to be 2"]);
  expect(told(file([passed], { status: "passed" }))).toEqual([]);
  expect(told(file([], { message: "no such module\n  at x" }))).toEqual(["a/b.test.ts: no such module"]);
  expect(failuresOf({})).toEqual([]);
});

const result = (name, ...statuses) => ({ name: join(root, name), ...file(statuses[0], ...statuses) });

it("files that failed are run again where they are three at most", () => {
  const failed = (count) => Array.from({ length: count }, (_, i) => result(`${i}.ts`, "failed", "passed"));
  const again = (...testResults) => toRunAgain({ report: { testResults } });
  expect(again(result("a.ts", "failed"), result("b.ts", "passed"))).toEqual(["a.ts"]);
  expect(again(...failed(3))).toHaveLength(3);
  expect(again(...failed(4))).toEqual([]);
  expect(toRunAgain({})).toEqual([]);
});

it("what a second run says of a file takes the first one's place, and leaves the others'", () => {
  const report = (...testResults) => ({ testResults, numPassedTests: 0, numFailedTests: 0 });
  const first = { status: 1, report: report(result("a.ts", "failed", "passed"), result("b.ts", "passed")) };
  const well = { status: 0, report: report(result("a.ts", "passed", "passed")) };
  expect(counted(withSecond(first, well))).toEqual({ passed: 3, failed: 0 });
  const ill = { status: 1, report: report(result("a.ts", "failed", "passed")) };
  expect(counted(withSecond(first, ill))).toEqual({ passed: 2, failed: 1 });
  expect(counted(withSecond(first, { status: 1, report: undefined }))).toEqual({ passed: 1, failed: 1 });
});
