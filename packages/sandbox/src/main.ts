import { parseArgs } from "node:util";
import { createSandbox, type Sandbox } from "./index.js";
import { readSettings, SettingError, type Settings, settingsHelp } from "./settings.js";
import { why } from "./why-not-started.js";

const help = `kunji-sandbox: five brokers' logins on this machine, to build and test against

Usage: kunji-sandbox [--help]

Settings are environment variables (defaults in brackets):
${settingsHelp}

Stop it with Ctrl+C. State survives a restart; POST /_sandbox/reset goes back to the presets.
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function greet(origin: string, { file }: Settings): void {
  say(`The sandbox listens on ${origin}`);
  say(`  control panel       ${origin}/_sandbox/`);
  say(`  keys and users      curl ${origin}/_sandbox/presets`);
  say(`  a login page        ${origin}/zebu/OAuthlogin/authorize/oauth?client_id=ABC`);
  say(`  move the clock      curl -X POST ${origin}/_sandbox/clock -d '{"advance":"8h1m"}'`);
  say(`Its state is kept in ${file}. Ctrl+C stops it.`);
}

async function start(settings: Settings): Promise<void> {
  let sandbox: Sandbox | undefined;
  try {
    sandbox = createSandbox({
      file: settings.file,
      hosts: settings.hosts,
      urls: { gateway: settings.gatewayOrigin },
    });
    const { origin } = await sandbox.listen(settings);
    if (sandbox.startedOver !== null) say(sandbox.startedOver);
    greet(origin, settings);
  } catch (error) {
    process.stderr.write(`${why(error, settings)}\n`);
    process.exitCode = 1;
    return sandbox?.close();
  }
  const stop = (): void => {
    sandbox.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

/** Reads arguments and settings, then starts. */
async function main(): Promise<void> {
  try {
    const { values } = parseArgs({ options: { help: { type: "boolean", short: "h" } } });
    if (values.help) return say(help);
  } catch {
    process.stderr.write(
      "kunji-sandbox takes no arguments but --help; settings are environment variables.\n",
    );
    process.exitCode = 1;
    return;
  }
  try {
    return await start(readSettings());
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

await main();
