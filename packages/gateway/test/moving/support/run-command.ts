import { randomBytes } from "node:crypto";
import type { Command } from "../../../src/commands/command.js";
import { readSettings } from "../../../src/settings.js";
import { friday } from "../../support/world.js";

/** Runs a command with these settings; what it says. */
export async function runCommand(
  command: Command,
  env: Readonly<Record<string, string | undefined>>,
  ...args: readonly string[]
): Promise<readonly string[]> {
  const said: string[] = [];
  await command.run(args, {
    settings: readSettings(env),
    fetch: () => Promise.reject(new Error("nothing is fetched")),
    randomBytes,
    now: () => friday,
    wait: async () => undefined,
    say: (line) => void said.push(line),
  });
  return said;
}
