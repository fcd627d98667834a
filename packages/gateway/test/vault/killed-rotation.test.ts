import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { killRotations } from "./support/killed-rotation.js";

// The long form, with 20 writers and moments of chance: npm run faults -- rotation
describe.each(databases)("a rotation on %s that is killed with writers at work", (_, makeDatabase) => {
  it("loses nothing, leaves no value that can't be read, and the next run none under an old key", async () => {
    const make = async () => {
      const { place, drop } = await makeDatabase();
      const folder = await mkdtemp(join(tmpdir(), "kunji-killed-"));
      return {
        place,
        folder,
        drop: () => Promise.all([drop(), rm(folder, { recursive: true, force: true })]).then(() => undefined),
      };
    };
    // Before its begin, in the midst of it, and past its end.
    const shares = [0, "begun", 1] as const;
    const [kills, writers] = [shares.length, 7];
    let nth = 0;
    const killed = await killRotations({ make, kills, writers, random: () => shares[nth++] ?? 0 });
    expect(killed).toMatchObject({ kills, unreadable: 0, lost: 0, leftUnderOldKeys: 0, mostKeys: 1 });
    expect(killed).toMatchObject({ beforeRotation: 1, duringRotation: 1, afterRotation: 1 });
    expect(killed.valuesWritten).toBeGreaterThan(writers * kills);
    expect(killed.valuesOpened).toBeGreaterThan(writers);
  }, 300_000);
});
