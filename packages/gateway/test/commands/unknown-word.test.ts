import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const hooks = new URL("../support/typescript-hooks.mjs", import.meta.url).href;
const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

it("a word that is no command is answered with every command that there is", () => {
  const run = (word: string) =>
    spawnSync(process.execPath, ["--import", hooks, main, word], { encoding: "utf8", env: {} });
  const { status, stderr } = run("nonsense");
  const help = run("--help").stdout;
  const commands = [...help.matchAll(/^ {7}kunji-gateway ([a-z-]+) /gm)].flatMap(([, word = ""]) =>
    word.startsWith("-") ? [] : [word],
  );
  expect(commands.length).toBeGreaterThan(6);
  expect(status).toBe(1);
  for (const command of ["serve", ...commands]) expect(stderr).toContain(` ${command},`);
}, 60_000);
