import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureChromium } from "../chromium.mjs";

let folder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kunji-chromium-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program that answers to --version with a status. */
async function program(name, status) {
  const path = join(folder, name);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, `#!/bin/sh\nexit ${status}\n`);
  await chmod(path, 0o755);
  return path;
}

/** What is found with these places in PATH, or why none is. */
function found(folders, named = "") {
  const module = fileURLToPath(new URL("../chromium.mjs", import.meta.url));
  const code = `import(${JSON.stringify(module)}).then(({ findChromium }) => findChromium()).then(console.log, (error) => console.log(error.message))`;
  const env = {
    ...process.env,
    PATH: folders.map((name) => join(folder, name)).join(":"),
    KUNJI_CHROMIUM: named,
  };
  return spawnSync(process.execPath, ["-e", code], { env, encoding: "utf8" }).stdout.trim();
}

describe.skipIf(process.platform === "win32")("the browser of the tests", () => {
  it("is the first of the system's that answers, in the order of PATH", async () => {
    await program("first/chromium", 1);
    const chrome = await program("second/google-chrome", 0);
    const chromium = await program("third/chromium", 0);
    expect(found(["first", "second", "third"])).toBe(chrome);
    expect(found(["first", "third", "second"])).toBe(chromium);
  });

  it("is the one that is named before any other, and no other where that one doesn't answer", async () => {
    const chromium = await program("first/chromium", 0);
    const named = await program("elsewhere/browser", 0);
    const broken = await program("elsewhere/broken", 1);
    expect(found(["first"])).toBe(chromium);
    expect(found(["first"], named)).toBe(named);
    expect(found(["first"], broken)).toBe("KUNJI_CHROMIUM names no program that answers to --version.");
  });
});

describe("where there is no browser", () => {
  const lookingFor = (places) => async () => places.shift();

  it("installs one, in turn, until there is one", async () => {
    const done = [];
    const install = (name, works) => () => done.push(name) > 0 && works;
    const installs = [install("playwright", true), install("packages", true)];
    expect(await ensureChromium(lookingFor(["/found"]), installs)).toBe("/found");
    expect(done).toEqual([]);
    expect(await ensureChromium(lookingFor([undefined, "/playwright's"]), installs)).toBe("/playwright's");
    expect(done.splice(0)).toEqual(["playwright"]);
    expect(await ensureChromium(lookingFor([undefined, undefined, "/a package's"]), installs)).toBe(
      "/a package's",
    );
    expect(done.splice(0)).toEqual(["playwright", "packages"]);
    await expect(ensureChromium(lookingFor([]), [install("playwright", false)])).rejects.toThrow(
      /Install Chromium or Chrome \(on Debian: apt-get install chromium\)/,
    );
  });
});
