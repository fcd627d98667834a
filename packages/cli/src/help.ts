import type { Command } from "./command.js";
import { commands } from "./commands.js";
import { exitsHelp } from "./exit-codes.js";
import { table } from "./output.js";
import { settingsHelp } from "./settings.js";

/** What `kunji --help` prints. */
export function mainHelp(): string {
  return `kunji: log in at a stock broker and call it from a terminal

Usage: kunji <command> [options]

${table(commands.map(({ name, summary }) => [`  ${name}`, summary])).join("\n")}

Every command takes --json (one JSON object or array on stdout, no secret of a session or an app in it)
and --help.

Examples:
  kunji login zebu
  kunji call zebu POST /NorenWClientAPI/GetQuotes -d '{"uid":"ZP0001","exch":"NSE","token":"2885"}'
  kunji status
  kunji help login

Exit codes:
${exitsHelp}

Settings are environment variables (defaults in brackets):
${settingsHelp}
`;
}

/** What `kunji help <command>` prints. */
export const commandHelp = ({ name, usage, help }: Command): string =>
  `Usage: kunji ${name} ${usage}\n\n${help}\n`;
