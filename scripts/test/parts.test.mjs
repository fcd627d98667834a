import { relative } from "node:path";
import { expect, it } from "vitest";
import { filesOf } from "../parts.mjs";
import { root } from "../settings.mjs";

const within = (files) => Object.values(files).map((file) => relative(root, file));

it("a run's figures take the place of what is kept at its end only, and a short run's never", () => {
  expect(within(filesOf("crash", ["1000", "SQLite"]))).toEqual([
    "reports/crash.json",
    "bench/results/crash.json",
  ]);
  expect(within(filesOf("crash", ["short"]))).toEqual(["reports/crash.json", "reports/crash.json"]);
});
