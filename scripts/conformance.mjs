import "./node-version.mjs";

const { main, root, Sentence, say } = await import("./settings.mjs");
const { built, prepare } = await import("./prepare.mjs");

function print({ rows, strays, held }) {
  say("\nID    side  tests        result");
  for (const { id, side, counts, result, broken } of rows) {
    const tests = Object.entries(counts).map(([one, count]) => `${one} ${count}`);
    say(`${id.padEnd(5)} ${side.padEnd(5)} ${tests.join(", ").padEnd(12)} ${result}`);
    for (const title of broken) say(`        failed: ${title}`);
  }
  for (const { id, title } of strays) say(`no such claim or side: ${id}: ${title}`);
  say(`\n${held} of ${rows.length} rows hold`);
}

await main(async () => {
  await prepare(import.meta.url);
  await built();
  const { readFileSync } = await import("node:fs");
  const { join } = await import("node:path");
  const { ensureChromium } = await import("./chromium.mjs");
  const { claimedTests, judge } = await import("./conformance-judge.mjs");
  const { steadyVitest } = await import("./vitest-run.mjs");

  const claims = JSON.parse(readFileSync(join(root, "conformance", "claims.json"), "utf8"));
  // The gateway speaks to brokers by the SDK alone: no claim is tried there.
  const sides = ["packages/sdk", "packages/sandbox", "packages/cli"];
  const chromium = await ensureChromium();
  const { report, unsteady } = await steadyVitest(sides, { name: "conformance", chromium });
  if (!report) throw new Sentence("The tests did not run, so nothing can be said about the claims.");
  const verdict = judge(claims, claimedTests(report));
  print(verdict);
  for (const failure of unsteady) say(`\n! failed at first, passed alone: ${failure}`);
  if (verdict.held < claims.length || verdict.strays.length > 0) process.exitCode = 1;
});
