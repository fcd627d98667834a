import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { SettingError } from "../setting-error.js";

/** The one file that a command takes. @throws SettingError */
export function fileArgument(args: readonly string[], word: string): string {
  try {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    const [file = "", ...more] = positionals;
    if (file !== "" && !file.includes("\0") && more.length === 0) return resolve(file);
  } catch {
    // Said below.
  }
  throw new SettingError(`kunji-gateway ${word} takes the path of a file, and nothing else.`);
}
