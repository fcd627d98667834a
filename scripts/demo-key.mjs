// The demo's API key: from the environment, which is never written, or from the file that the gateway made.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { quoted } from "./curl-journey.mjs";
import { settings } from "./settings.mjs";

/** @returns `text`, the key itself, and `word`, a word of a shell script that gives it without holding it */
export async function demoKey(data) {
  const given = settings.apiKey();
  if (given !== undefined) return { text: given, word: '"$KUNJI_API_KEY"' };
  const file = join(data, "gateway", "api-key");
  return { text: (await readFile(file, "utf8")).trim(), word: `"$(cat ${quoted(file)})"` };
}
