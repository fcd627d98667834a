import { backup } from "../../../src/commands/backup.js";
import { exportRowsTo } from "../../../src/commands/export.js";
import { importRowsFrom } from "../../../src/commands/import.js";
import { runCommand } from "./run-command.js";

/** What a command cost. */
export interface CommandCost {
  readonly said: readonly string[];
  readonly seconds: number;
  /** The most memory that the process has had. */
  readonly memoryMiB: number;
}

const commands = { backup, export: exportRowsTo, import: importRowsFrom } as const;

/** Runs a command as a process of its own, with the settings of its environment: `<word> <file>`. */
const [, , word = "", file = ""] = process.argv;
const { KUNJI_DATA, DATABASE_URL } = process.env;
const begun = performance.now();
process.stdout.write("began\n");
const said = await runCommand(commands[word as keyof typeof commands], { KUNJI_DATA, DATABASE_URL }, file);
const cost: CommandCost = {
  said,
  seconds: Math.round(performance.now() - begun) / 1_000,
  memoryMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
};
process.stdout.write(`${JSON.stringify(cost)}\n`);
