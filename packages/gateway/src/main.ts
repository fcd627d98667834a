import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { auditExport } from "./commands/audit-export.js";
import { auditVerify } from "./commands/audit-verify.js";
import { backup } from "./commands/backup.js";
import type { Command } from "./commands/command.js";
import { doctor } from "./commands/doctor.js";
import { exportRowsTo } from "./commands/export.js";
import { importRowsFrom } from "./commands/import.js";
import { operatorPassword } from "./commands/operator-password.js";
import { rotateKey } from "./commands/rotate-key.js";
import { type Gateway, openGateway } from "./gateway.js";
import { SettingError } from "./setting-error.js";
import { readSettings, type Settings, settingsHelp } from "./settings.js";
import { why } from "./why-not-started.js";

/** The commands besides `serve`, by their word. */
const commands: Readonly<Record<string, Command>> = {
  "rotate-key": rotateKey,
  "audit-export": auditExport,
  "audit-verify": auditVerify,
  doctor,
  export: exportRowsTo,
  import: importRowsFrom,
  backup,
  "operator-password": operatorPassword,
};

const commandsHelp = Object.values(commands)
  .map((command) => `       kunji-gateway ${command.help}`)
  .join("\n");

const help = `kunji-gateway: logs an app's users in at their brokers, keeps their sessions and knows when each ends

Usage: kunji-gateway [serve]
${commandsHelp}
       kunji-gateway --help | --version

Settings are environment variables (defaults in brackets):
${settingsHelp}

Stop it with Ctrl+C or SIGTERM: requests that run may finish.
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return version;
}

function greet({ url, ports }: Gateway): void {
  say(`The gateway listens on ${url}`);
  if (ports.publicUrl !== url) say(`  browsers reach it at  ${ports.publicUrl}`);
  say(`  what it can do        ${url}/openapi.json`);
}

function stopAtSignals(gateway: Gateway): void {
  let stopping = false;
  const stop = (): void => {
    // Who asks twice does not want to wait.
    if (stopping) process.exit(1);
    stopping = true;
    gateway.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

async function serve(settings: Settings, version: string): Promise<void> {
  try {
    const gateway = await openGateway({ settings, version, say });
    stopAtSignals(gateway);
    greet(gateway);
  } catch (error) {
    complain(why(error, settings.port));
    // What a half-opened part may still hold must not keep the process.
    process.exit(1);
  }
}

/** Runs a command; what is wrong is said in a sentence. */
async function runCommand(command: Command, args: readonly string[]): Promise<void> {
  try {
    await command.run(args, {
      randomBytes,
      now: Date.now,
      fetch,
      wait: (ms) => wait(ms),
      say,
      get settings() {
        return readSettings();
      },
    });
  } catch (error) {
    complain(why(error, 0));
    process.exitCode = 1;
  }
}

/** Reads arguments and settings, then starts. */
async function main(): Promise<void> {
  const [word = "", ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command) return runCommand(command, args);
  let values: { help?: boolean | undefined; version?: boolean | undefined };
  let words: readonly string[];
  try {
    const options = { help: { type: "boolean", short: "h" }, version: { type: "boolean" } } as const;
    ({ values, positionals: words } = parseArgs({ options, allowPositionals: true }));
  } catch {
    words = ["unknown"];
    values = {};
  }
  if (values.help) return say(help);
  if (values.version) return say(readVersion());
  if (words.length > 1 || (words[0] ?? "serve") !== "serve") {
    complain(
      `kunji-gateway takes serve, ${Object.keys(commands).join(", ")}, --help and --version; settings are environment variables.`,
    );
    process.exitCode = 1;
    return;
  }
  try {
    return await serve(readSettings(), readVersion());
  } catch (error) {
    complain(error instanceof SettingError ? error.message : why(error, 0));
    process.exitCode = 1;
  }
}

await main();
