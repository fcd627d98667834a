import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
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

  const lock = () => join(folder, ".keys.lock");

  /** Waits for nothing but the disk, and adds up how long it would have taken. */
  function waiting(before: (pauses: number) => unknown = () => undefined) {
    const waited = { pauses: 0, ms: 0 };
    const pause = async (ms: number) => {
      waited.ms += ms;
      await before(++waited.pauses);
      await setImmediate();
    };
    return { waited, pause };
  }

  it("is a file beside it, which nobody else may read, and which is gone in the end", async () => {
    const turn = await takeTurn(file, token("a"));
    expect([await readFile(lock(), "utf8"), (await stat(lock())).mode & 0o777]).toEqual([token("a"), 0o600]);
    expect(await turn.isOwn()).toBe(true);
    await turn.end();
    expect([await turn.isOwn(), await readdir(folder)]).toEqual([false, ["keys"]]);
    await turn.end();
  });

  it("is waited for until it is free", async () => {
    const first = await takeTurn(file, token("a"));
    const { waited, pause } = waiting((pauses) => pauses === 3 && first.end());
    await takeTurn(file, token("b"), pause);
    expect([waited.pauses, await readFile(lock(), "utf8")]).toEqual([3, token("b")]);
  });

  it("is taken away after five seconds from one that has died, and a late one changes nothing", async () => {
    const dead = await takeTurn(file, token("a"));
    const { waited, pause } = waiting();
    const turn = await takeTurn(file, token("b"), pause);
    expect([waited.ms, await turn.isOwn(), await dead.isOwn()]).toEqual([5_000, true, false]);
    const late = { text: "late", suffix: token("2"), isOwn: dead.isOwn };
    expect(await replaceKeyFile(file, late)).toBe(false);
    await dead.end();
    expect(await turn.isOwn()).toBe(true);
    const own = { text: "after", suffix: token("1"), isOwn: turn.isOwn };
    expect(await replaceKeyFile(file, own)).toBe(true);
    await turn.end();
    expect([await readFile(file.path, "utf8"), await readdir(folder)]).toEqual(["after", ["keys"]]);
  });

  it("is waited for anew when it has gone to another", async () => {
    await takeTurn(file, token("a"));
    const { waited, pause } = waiting((pauses) => pauses === 200 && writeFile(lock(), token("c")));
    await takeTurn(file, token("b"), pause);
    expect(waited.ms).toBe(4_000 + 5_000);
  });

  it("is had by one at a time, when several take it away from one that has died", async () => {
    await takeTurn(file, token("a"));
    let inside = 0;
    let most = 0;
    const takers = ["b", "c", "d", "e", "f"].map(async (digit) => {
      const turn = await takeTurn(file, token(digit), waiting().pause);
      most = Math.max(most, ++inside);
      await readdir(folder);
      inside--;
      await turn.end();
    });
    await Promise.all(takers);
    expect([most, await readdir(folder)]).toEqual([1, ["keys"]]);
  });

  it("is not had where it can't be written, read or taken away", async () => {
    const { pause } = waiting();
    const gone = { ...file, path: join(folder, "gone", "keys") };
    await expect(takeTurn(gone, token("a"), pause)).rejects.toMatchObject({ code: "ENOENT" });
    await mkdir(lock());
    await expect(takeTurn(file, token("a"), pause)).rejects.toMatchObject({ code: "EISDIR" });
    await rm(lock(), { recursive: true });
    await takeTurn(file, token("a"), pause);
    await mkdir(join(folder, `.keys.${token("b")}`));
    await expect(takeTurn(file, token("b"), pause)).rejects.toMatchObject({ code: "EISDIR" });
    await expect(takeTurn(file, token("c"), pause)).resolves.toBeDefined();
  });

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
