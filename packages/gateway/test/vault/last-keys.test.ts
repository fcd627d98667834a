import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { oneAfterTheOther, withLastKeys } from "../../src/adapters/vault/last-keys.js";
import { KeyringError, type KeyringErrorCode } from "../../src/domain/keyring-error.js";
import { newLine, ringOf } from "./support/vaults.js";

describe("the keys of a file, as they are at the end", () => {
  let folder: string;
  let file: { path: string; named: string };
  let changes: number;
  let reads: number;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kunji-last-"));
    file = { path: join(folder, "keys"), named: "The file" };
    [changes, reads] = [0, 0];
    await change();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const ring = ringOf(newLine("k1"));
  const change = () => writeFile(file.path, "#".repeat(++changes));
  const read = async () => {
    reads++;
    return ring;
  };
  const refused = (code: KeyringErrorCode) => Promise.reject(new KeyringError(code, "no"));
  const used = (use: Parameters<typeof withLastKeys<string>>[2]) => withLastKeys(file, read, use);

  it("are read once where nothing changes meanwhile", async () => {
    expect(await used(async (keys, areLast) => `${keys === ring} ${areLast()}`)).toBe("true true");
    expect(reads).toBe(1);
  });

  it("are read again where their use finds that they were not the last", async () => {
    const use = async (_: unknown, areLast: () => boolean) => {
      if (reads < 3) await change();
      return areLast() ? "used" : undefined;
    };
    expect([await used(use), reads]).toEqual(["used", 3]);
  });

  it("are read again where the database knows a key that has come since", async () => {
    const use = async () => {
      if (reads > 2) return "used";
      await change();
      return refused("key_absent");
    };
    expect([await used(use), reads]).toEqual(["used", 3]);
  });

  it("are refused at once where the file hasn't changed, or something else is wrong", async () => {
    await expect(used(() => refused("key_absent"))).rejects.toMatchObject({ code: "key_absent" });
    const changed = (error: Error) => async () => {
      await change();
      throw error;
    };
    const wrong = new KeyringError("key_wrong", "no");
    await expect(used(changed(wrong))).rejects.toBe(wrong);
    const away = Object.assign(new Error("away"), { code: "key_absent" });
    await expect(used(changed(away))).rejects.toBe(away);
    expect(reads).toBe(3);
  });

  it("are taken as they are after ten reads, of a file that never rests", async () => {
    const use = async (_: unknown, areLast: () => boolean) => {
      await change();
      return areLast() ? "used" : undefined;
    };
    expect([await used(use), reads]).toEqual(["used", 10]);
    const absent = async () => {
      await change();
      return refused("key_absent");
    };
    await expect(used(absent)).rejects.toMatchObject({ code: "key_absent" });
    expect(reads).toBe(20);
  });
});

describe("work that runs once at a time", () => {
  /** Work whose runs end when they are told to, with their number. */
  function runs() {
    const ends: (() => void)[] = [];
    const work = oneAfterTheOther(async () => {
      const number = ends.length + 1;
      await new Promise<void>((resolve, reject) => {
        ends.push(number === 2 ? () => reject(new Error("the second")) : resolve);
      });
      return number;
    });
    return { work, ends };
  }

  it("begins at once where none runs, and is run once for all who ask meanwhile, after that", async () => {
    const { work, ends } = runs();
    const first = work();
    expect(ends).toHaveLength(1);
    const later = [work(), work()].map((asked) => asked.catch((error: Error) => error.message));
    await setImmediate();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    expect(await first).toBe(1);
    await setImmediate();
    expect(ends).toHaveLength(2);
    const last = work();
    ends[1]?.();
    expect(await Promise.all(later)).toEqual(["the second", "the second"]);
    await setImmediate();
    expect(ends).toHaveLength(3);
    ends[2]?.();
    expect(await last).toBe(3);
  });

  it("runs anew for who asks when all has ended", async () => {
    const { work, ends } = runs();
    for (const number of [1, 3]) {
      const asked = work();
      expect(ends).toHaveLength(number);
      ends.at(-1)?.();
      expect(await asked).toBe(number);
      if (number === 1) {
        const second = work();
        ends.at(-1)?.();
        await expect(second).rejects.toThrow("the second");
      }
    }
  });
});
