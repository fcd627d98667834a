import { backup } from "../../../src/commands/backup.js";
import { runCommand } from "./run-command.js";

/** Copies a database beside the process that has it open. Its arguments: the data folder, and the copy's path. */
const [, , data = "", to = ""] = process.argv;
process.stdout.write("ready\n");
const said = await runCommand(backup, { KUNJI_DATA: data }, to);
process.stdout.write(`${said.join("\n")}\n`);
