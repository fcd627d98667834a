import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replaceKeyFile } from "../../src/adapters/vault/key-file.js";
import { takeTurn } from "../../src/adapters/vault/key-file-turn.js";

const token = (digit: string) => digit.repeat(16);

describe("the turn to change a key file", () => {
  let folder: string;
  let file: { path: string; named: string };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kunji-turn-"));
    file = { path: join(folder, "keys"), named: "The file" };
    await writeFile(file.path, "before");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("is had by one at a time, and by each in the end", async () => {
    let inside = 0;
    let most = 0;
    const changes = Array.from({ length: 8 }, async (_, i) => {
      const turn = await takeTurn(file, token(`${i}`));
      most = Math.max(most, ++inside);
      await readdir(folder);
      inside--;
      await turn.end();
    });
    await Promise.all(changes);
    expect([most, await readdir(folder)]).toEqual([1, ["keys"]]);
  });

  it("is taken away from one that has died, and a late one changes nothing", async () => {
    const dead = await takeTurn(file, token("a"));
    const [one, other] = await Promise.all([
      takeTurn(file, token("b"), 40).then(async (turn) => {
        const replaced = await replaceKeyFile(file, {
          text: "after",
          suffix: token("1"),
          isOwn: turn.isOwn,
        });
        await turn.end();
        return replaced;
      }),
      replaceLate(dead),
    ]);
    expect([one, other]).toEqual([true, false]);
    await dead.end();
    expect([await readFile(file.path, "utf8"), await readdir(folder)]).toEqual(["after", ["keys"]]);
  });

  /** Replaces the file once the turn has gone to another. */
  async function replaceLate(turn: Awaited<ReturnType<typeof takeTurn>>): Promise<boolean> {
    while (await turn.isOwn()) await new Promise((resolve) => setTimeout(resolve, 5));
    return replaceKeyFile(file, { text: "late", suffix: token("2"), isOwn: turn.isOwn });
  }

  it("leaves what another may still finish, and clears what was cut short", async () => {
    const [young, old] = [".keys.aaaaaaaaaaaaaaaa", ".keys.bbbbbbbbbbbbbbbb"];
    for (const name of [young, old]) await writeFile(join(folder, name), "half");
    const { mtimeMs } = await stat(join(folder, young));
    const past = mtimeMs / 1_000 - 61;
    await utimes(join(folder, old), past, past);
    const isOwn = async () => true;
    expect(await replaceKeyFile(file, { text: "after", suffix: token("3"), isOwn })).toBe(true);
    expect((await readdir(folder)).sort()).toEqual([young, "keys"]);
  });
});
