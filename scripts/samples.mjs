import "./node-version.mjs";

const { environment, main, reports, Sentence, say, settings } = await import("./settings.mjs");
const { built, prepare } = await import("./prepare.mjs");

/** Runs a command to its end. */
async function output(command, args, env) {
  const { spawn } = await import("node:child_process");
  return await new Promise((done) => {
    const child = spawn(command, args, {
      env: environment(env),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000,
    });
    const chunks = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) child[stream].on("data", (chunk) => (chunks[stream] += chunk));
    child.on("error", () => done({ status: undefined, ...chunks }));
    child.on("close", (status) => done({ status, ...chunks }));
  });
}

async function missingPrograms() {
  const asked = { bash: ["--version"], curl: ["--version"], openssl: ["version"], python3: ["--version"] };
  const missing = [];
  for (const [program, args] of Object.entries(asked)) {
    if ((await output(program, args, {})).status !== 0) missing.push(program);
  }
  return missing;
}

await main(async () => {
  const port = settings.sandboxPort();
  await prepare(import.meta.url);
  await built();
  const { mkdirSync, writeFileSync } = await import("node:fs");
  const { join, relative } = await import("node:path");
  const { brokers, judge } = await import("./samples/requests.mjs");
  const { aSandbox } = await import("./samples/sandbox.mjs");
  const writers = {
    curl: ["sh", "bash", (await import("./samples/curl.mjs")).curl],
    Python: ["py", "python3", (await import("./samples/python.mjs")).python],
    JavaScript: ["mjs", process.execPath, (await import("./samples/javascript.mjs")).javascript],
  };

  const missing = await missingPrograms();
  if (missing.length > 0) {
    throw new Sentence(
      `The samples need ${missing.join(", ")} on the PATH: install that and run this again.`,
    );
  }
  const folder = join(reports, "samples");
  mkdirSync(folder, { recursive: true });
  const { origin, presets, own, end } = await aSandbox(port);
  say(
    `Against ${own ? "a sandbox of its own" : "the running sandbox"} at ${origin}; the files are in ${folder}.\n`,
  );

  const failures = [];
  async function row(broker, language, command, file, env = {}) {
    const { status, stdout, stderr } = await output(command, [file], { SANDBOX: origin, ...env });
    const wrong = status === 0 ? judge(brokers[broker].steps, stdout) : `ended with status ${status}`;
    say(`${broker.padEnd(11)} ${language.padEnd(24)} ${wrong ?? "ok"}`);
    if (wrong) failures.push(`${relative(folder, file)}: ${wrong}\n${stderr.trim()}`);
  }

  try {
    for (const [broker, sample] of Object.entries(brokers)) {
      const values = { sandbox: origin, known: sample.known(presets[broker]) };
      for (const [language, [ending, command, write]] of Object.entries(writers)) {
        const file = join(folder, `${broker}.${ending}`);
        writeFileSync(file, write(broker, sample, values));
        await row(broker, language, command, file);
      }
    }
    // The sandbox also answers to the broker's own host name, without the broker's name in the path.
    await row("zebu", "curl, Host: go.mynt.in", "bash", join(folder, "zebu.sh"), {
      BASE: origin,
      HOST: "go.mynt.in",
    });
  } finally {
    await end();
  }
  const total = Object.keys(brokers).length * Object.keys(writers).length + 1;
  if (failures.length > 0) say(`\n${failures.join("\n\n")}`);
  say(`\n${total - failures.length} of ${total} samples run`);
  if (failures.length > 0) process.exitCode = 1;
});
