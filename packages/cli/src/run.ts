import { readFile } from "node:fs/promises";
import { readArguments } from "./arguments.js";
import type { Command } from "./command.js";
import { pasteable } from "./command-lines.js";
import { commands } from "./commands.js";
import { type Context, contextOf, envOr } from "./context.js";
import { type Exit, exits } from "./exit-codes.js";
import { explain } from "./explain.js";
import { commandHelp, mainHelp } from "./help.js";
import type { Io } from "./io.js";
import { nearest } from "./nearest.js";
import { Problem } from "./problem.js";
import { startedByNpx } from "./settings.js";

async function version(): Promise<string> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return String((JSON.parse(text) as { version: string }).version);
}

function commandNamed(name: string): Command {
  const found = commands.find((command) => command.name === name);
  if (found) return found;
  const near = nearest(name, ["help", ...commands.map((command) => command.name)]);
  throw new Problem(
    "usage",
    `There is no such command${near ? `: did you mean ${near}?` : "."}`,
    "See: kunji --help",
  );
}

async function dispatch(argv: readonly string[], io: Io, use: (context: Context) => void): Promise<Exit> {
  const [first, ...rest] = argv;
  const show = (help: string) => void io.stdout.write(pasteable(help, startedByNpx(io.env)));
  const topic = rest.find((word) => !word.startsWith("-"));
  if (
    first === undefined ||
    first === "--help" ||
    first === "-h" ||
    (first === "help" && topic === undefined)
  ) {
    show(mainHelp());
    return first === undefined ? exits.usage : exits.ok;
  }
  if (first === "--version" || first === "-V") {
    io.stdout.write(`${await version()}\n`);
    return exits.ok;
  }
  if (first === "help" && topic !== undefined) {
    show(commandHelp(commandNamed(topic)));
    return exits.ok;
  }
  const command = commandNamed(first);
  const args = readArguments(command.name, rest, command.options, command.most);
  if (args.flag("help")) {
    show(commandHelp(command));
    return exits.ok;
  }
  const context = contextOf(io, args.flag("json"));
  use(context);
  return await command.run(context, args);
}

/** The environment that the failed command worked in, as far as it can be told. */
async function envOf(argv: readonly string[], context: Context | undefined): Promise<string> {
  const at = argv.indexOf("--env");
  const given = at < 0 ? argv.find((word) => word.startsWith("--env="))?.slice(6) : argv[at + 1];
  if (given !== undefined && /^[a-z][a-z0-9-]{0,31}$/.test(given)) return given;
  return context ? await envOr(context, undefined).catch(() => "sandbox") : "sandbox";
}

/**
 * One command from its arguments to its exit code. Every failure ends in a sentence on stderr that says what to do;
 * with `--json` it is one JSON object on stdout besides.
 */
export async function run(argv: readonly string[], io: Io): Promise<Exit> {
  let context: Context | undefined;
  try {
    return await dispatch(argv, io, (made) => {
      context = made;
    });
  } catch (error) {
    const { exit, code, ...words } = explain(error, await envOf(argv, context));
    const npx = startedByNpx(io.env);
    const [message, next] = [words.message, words.next].map((text) => pasteable(text, npx));
    if (argv.includes("--json"))
      io.stdout.write(`${JSON.stringify({ error: { code, message, next } }, null, 2)}\n`);
    io.stderr.write(`${message}\n${next}\n`);
    return exit;
  }
}
