// `npm run screenshots [word]`: pictures of every page, or of those whose name has the word, in reports/screenshots.
import "./node-version.mjs";

const { main, reports, say, secondsSince, Sentence } = await import("./settings.mjs");
const { built, prepare } = await import("./prepare.mjs");

/** A port that is free now. */
async function freePort() {
  const { createServer } = await import("node:net");
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Opens each page and takes it; one that can't be opened is told, and the others are taken all the same. */
async function takeAll({ context, place, pages, folder, taken }) {
  const { shoot } = await import("./pages/shots.mjs");
  const missing = [];
  for (const each of pages) {
    const page = await context.newPage();
    const name = `${each.group}: ${each.name}`;
    try {
      page.setDefaultTimeout(20_000);
      await each.open(page, place);
      await shoot(page, each, folder);
      taken.push(each);
      say(`  ${name}`);
    } catch (error) {
      missing.push(name);
      say(`  ${name} could not be taken: ${String(error.message).split("\n")[0]}`);
    }
    await page.close();
  }
  return missing;
}

await main(async () => {
  const node = await prepare(import.meta.url);
  const { mkdir, mkdtemp, readFile, rm } = await import("node:fs/promises");
  const { tmpdir } = await import("node:os");
  const { join } = await import("node:path");
  const { chromium } = await import("playwright-core");
  const { ensureChromium } = await import("./chromium.mjs");
  const { startAll } = await import("./services.mjs");
  const { fill, placeAt } = await import("./pages/place.mjs");
  const { emptyPages, everyPage } = await import("./pages/every-page.mjs");
  const { writeIndex } = await import("./pages/shots.mjs");
  await built();
  const { brokers } = await import("kunji");
  const { failureCodes } = await import("../packages/gateway/dist/http/pages/failures.js");
  const word = process.argv[2];
  const wanted = (pages) => pages.filter(({ group, name }) => !word || `${group} ${name}`.includes(word));

  const start = performance.now();
  const folder = join(reports, "screenshots");
  const data = await mkdtemp(join(tmpdir(), "kunji-screenshots-"));
  const [sandboxPort, gatewayPort] = [await freePort(), await freePort()];
  const gateway = `http://127.0.0.1:${gatewayPort}`;
  // Another site than the gateway's, as a broker is.
  const sandbox = `http://localhost:${sandboxPort}`;
  const env = {
    KUNJI_SANDBOX_PORT: String(sandboxPort),
    KUNJI_PORT: String(gatewayPort),
    KUNJI_SANDBOX_URL: sandbox,
    KUNJI_DEMO: "on",
    KUNJI_DATA: data,
    KUNJI_RATE_PER_ADDRESS: "off",
    KUNJI_LOG_LEVEL: "silent",
    KUNJI_API_KEY: undefined,
    KUNJI_PUBLIC_URL: undefined,
    DATABASE_URL: undefined,
  };
  const bin = (name) => join("packages", name, "bin", `kunji-${name}.js`);
  const services = [
    { name: "sandbox", args: [bin("sandbox")], env, ready: new URL(`${sandbox}/_sandbox/presets`) },
    { name: "gateway", args: [bin("gateway")], env, ready: new URL(`${gateway}/ready`) },
  ];
  const { ended, stop, running } = await startAll(node, services);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  let browser;
  try {
    if (!running()) throw new Sentence("The gateway could not be started.");
    browser = await chromium.launch({
      executablePath: await ensureChromium(),
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
    await mkdir(folder, { recursive: true });
    const key = (await readFile(join(data, "gateway", "api-key"), "utf8")).trim();
    const traits = Object.fromEntries(
      Object.values(brokers).map((broker) => [broker.traits.id, broker.traits]),
    );
    const place = await placeAt({ gateway, sandbox, key, brokers: traits });
    const context = await browser.newContext();
    const taken = [];
    const take = (pages) => takeAll({ context, place, pages: wanted(pages), folder, taken });
    const missing = await take(emptyPages);
    const page = await context.newPage();
    await fill(place, page, (what) => say(`  … ${what}`));
    await page.close();
    const full = everyPage(failureCodes);
    missing.push(...(await take(full)));
    const index = await writeIndex([...emptyPages, ...full], folder);
    say(`\n${taken.length} pages, three pictures each, in ${secondsSince(start)}: ${index}`);
    if (missing.length > 0) throw new Sentence(`Not taken: ${missing.join("; ")}.`);
  } finally {
    await browser?.close();
    stop();
    await ended;
    await rm(data, { recursive: true, force: true });
  }
});
