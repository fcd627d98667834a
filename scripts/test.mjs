import "./node-version.mjs";

const { main, Sentence, say, secondsSince } = await import("./settings.mjs");
const { build, prepare, program, run } = await import("./prepare.mjs");

/** Runs the steps one after another and keeps each one's counts and time. A step that isn't a test run counts only when it fails. */
async function inTurn(steps) {
  const done = [];
  for (const [name, work] of steps) {
    say(`\n── ${name}`);
    const start = performance.now();
    const counts = await work();
    done.push({ name, time: secondsSince(start), ...counts });
  }
  return done;
}

const fine = (good) => ({ passed: 0, failed: good ? 0 : 1, step: true });

function summarise(done) {
  const width = Math.max(...done.map((step) => step.name.length));
  say("");
  for (const { name, time, passed, failed, step } of done) {
    const result = step ? (failed ? "failed" : "ok") : `${passed} passed, ${failed} failed`;
    say(`  ${name.padEnd(width)}  ${time.padStart(8)}  ${result}`);
  }
  // Once more at the end: who reads a long log reads its last lines.
  for (const failure of done.flatMap((step) => step.failures ?? [])) say(`\n✗ ${failure}`);
  for (const failure of done.flatMap((step) => step.unsteady ?? []))
    say(`\n! failed at first, passed alone: ${failure}`);
  const sum = (key) => done.reduce((total, step) => total + step[key], 0);
  const [passed, failed] = [sum("passed"), sum("failed")];
  say(`\n${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

await main(async () => {
  await prepare(import.meta.url);
  const { ensureChromium } = await import("./chromium.mjs");
  const { counted, failuresOf, steadyVitest } = await import("./vitest-run.mjs");
  const asked = process.argv.slice(2);

  let chromium;
  const browser = async () => {
    try {
      chromium = await ensureChromium();
      say(chromium);
      return fine(true);
    } catch (error) {
      if (!(error instanceof Sentence)) throw error;
      say(error.message);
      return fine(false);
    }
  };
  const suite = (name, timeZone, args) => [
    name,
    async () => {
      const report = `test-${timeZone.replaceAll("/", "-")}`;
      const run = await steadyVitest(args, { name: report, timeZone, chromium });
      return { ...counted(run), failures: failuresOf(run), unsteady: run.unsteady };
    },
  ];
  const buildStep = ["build", async () => fine(await build())];

  if (asked.length > 0) {
    summarise(await inTurn([buildStep, ["a Chromium", browser], suite("the tests asked for", "UTC", asked)]));
    return;
  }
  summarise(
    await inTurn([
      ["lint", async () => fine((await run([program("@biomejs/biome/bin/biome"), "check", "."])) === 0)],
      buildStep,
      [
        "types of the tests",
        async () => fine((await run([program("typescript/bin/tsc"), "-p", "tsconfig.test.json"])) === 0),
      ],
      ["a Chromium", browser],
      suite("all tests, TZ=UTC", "UTC", []),
      suite("SDK, TZ=Asia/Kolkata", "Asia/Kolkata", ["packages/sdk"]),
      suite("SDK, TZ=America/New_York", "America/New_York", ["packages/sdk"]),
    ]),
  );
});
