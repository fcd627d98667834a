import "./node-version.mjs";

const { main, say, secondsSince, settings } = await import("./settings.mjs");
const { built, prepare } = await import("./prepare.mjs");

await main(async () => {
  const ports = { sandbox: settings.sandboxPort(), gateway: settings.gatewayPort() };
  const node = await prepare(import.meta.url);
  const { writeFile } = await import("node:fs/promises");
  const { join } = await import("node:path");
  const { curlJourney } = await import("./curl-journey.mjs");
  const { demoKey } = await import("./demo-key.mjs");
  const { journey } = await import("./journey.mjs");
  const { watchNpm } = await import("./runtime.mjs");
  const { portFree, startAll } = await import("./services.mjs");

  await portFree(ports.sandbox, "sandbox", "KUNJI_SANDBOX_PORT");
  await portFree(ports.gateway, "gateway", "KUNJI_PORT");
  await built();

  const start = performance.now();
  const origin = `http://127.0.0.1:${ports.sandbox}`;
  const gateway = `http://127.0.0.1:${ports.gateway}`;
  const data = settings.data();
  const presets = new URL(`${origin}/_sandbox/presets`);
  const env = {
    KUNJI_SANDBOX_PORT: String(ports.sandbox),
    KUNJI_PORT: String(ports.gateway),
    KUNJI_SANDBOX_URL: origin,
    KUNJI_DEMO: "on",
    KUNJI_DATA: data,
  };
  const services = [
    { name: "sandbox", args: [join("packages", "sandbox", "bin", "kunji-sandbox.js")], env, ready: presets },
    {
      name: "gateway",
      args: [join("packages", "gateway", "bin", "kunji-gateway.js")],
      env,
      ready: new URL(`${gateway}/ready`),
    },
  ];
  const { ended, stop, running } = await startAll(node, services);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  watchNpm(stop);
  if (running()) {
    const { brokers } = await import("kunji");
    const traits = Object.values(brokers).map((broker) => broker.traits);
    const shown = { traits, presets: await (await fetch(presets)).json(), gateway };
    const key = await demoKey(data);
    const script = join(data, "journey.sh");
    const lines = curlJourney({ ...shown, sandbox: origin, key: key.word });
    await writeFile(script, `${lines.join("\n")}\n`);
    const database = settings.databaseUrl() ? "the PostgreSQL of DATABASE_URL" : join(data, "gateway");
    const time = `started in ${secondsSince(start)}`;
    say(journey({ ...shown, origin, key: key.text, script, data, database, time }));
  }
  process.exitCode = await ended;
});
