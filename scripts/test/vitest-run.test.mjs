import { expect, it } from "vitest";
import { counted } from "../vitest-run.mjs";

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
