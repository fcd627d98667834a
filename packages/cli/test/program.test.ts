import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { afterwards } from "./support/rig.js";

const program = fileURLToPath(new URL("../bin/kunji.js", import.meta.url));

describe("the program", () => {
  it("starts, says what it can do, and keeps stdout for the answer", async () => {
    const data = await mkdtemp(join(tmpdir(), "kunji-program-"));
    afterwards(() => rm(data, { recursive: true, force: true }));
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [program, ...args], {
        encoding: "utf8",
        env: { ...process.env, KUNJI_DATA: data, npm_command: undefined },
      });
    const help = run("--help");
    expect(help).toMatchObject({ status: 0, stderr: "" });
    expect(help.stdout).toContain("Usage: kunji <command>");
    const status = run("status", "--json");
    expect(status).toMatchObject({ status: 3, stderr: "" });
    expect(JSON.parse(status.stdout)).toEqual([]);
    expect(run("logon")).toMatchObject({ status: 2, stdout: "" });
    // Whoever only looks leaves nothing behind.
    expect(existsSync(join(data, "cli"))).toBe(false);
  });
});
