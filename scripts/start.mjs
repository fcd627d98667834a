import "./node-version.mjs";

const { main, say, secondsSince, settings } = await import("./settings.mjs");
const { built, prepare } = await import("./prepare.mjs");

await main(async () => {
  const port = settings.sandboxPort();
  const node = await prepare(import.meta.url);
  const { join } = await import("node:path");
  const { journey } = await import("./journey.mjs");
  const { watchNpm } = await import("./runtime.mjs");
  const { portFree, startAll } = await import("./services.mjs");

  await portFree(port, "sandbox", "KUNJI_SANDBOX_PORT");
  await built();

  const start = performance.now();
  const origin = `http://127.0.0.1:${port}`;
  const presets = new URL(`${origin}/_sandbox/presets`);
  const env = { KUNJI_SANDBOX_PORT: String(port), KUNJI_DATA: settings.data() };
  const services = [
    { name: "sandbox", args: [join("packages", "sandbox", "bin", "kunji-sandbox.js")], env, ready: presets },
  ];
  const { ended, stop, running } = await startAll(node, services);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  watchNpm(stop);
  if (running()) {
    const answer = await fetch(presets);
    const { brokers } = await import("kunji");
    say(
      journey({
        traits: Object.values(brokers).map((broker) => broker.traits),
        origin,
        presets: await answer.json(),
        data: settings.data(),
        time: `started in ${secondsSince(start)}`,
      }),
    );
  }
  process.exitCode = await ended;
});
