// `npm run fuzz [requests] [seed]`: fuzzed requests against the gateway, a million and other ones each time.
import "./node-version.mjs";

const { main, Sentence, say } = await import("./settings.mjs");
const { built, prepare, program, run } = await import("./prepare.mjs");

/** A whole number from the command line. */
function numberOf(text, otherwise) {
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new Sentence("Say how many requests, and the seed to repeat a run: npm run fuzz -- 1000000 42");
}

await main(async () => {
  const requests = numberOf(process.argv[2], 1_000_000);
  const seed = numberOf(process.argv[3], Math.floor(Math.random() * 1e9) + 1);
  await prepare(import.meta.url);
  await built();
  say(`${requests} fuzzed requests. The same again: npm run fuzz -- ${requests} ${seed}`);
  process.exitCode = await run([program("vitest/vitest.mjs"), "run", "packages/gateway/test/fuzz"], {
    KUNJI_FUZZ_REQUESTS: String(requests),
    KUNJI_FUZZ_SEED: String(seed),
  });
});
