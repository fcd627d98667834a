import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { killRotations } from "./support/killed-rotation.js";

const kills = 3;

// The long form: npm run faults -- rotation
describe.each(databases)("a rotation on %s that is killed with 20 writers at work", (_, make) => {
  it("loses nothing, leaves no value that can't be read, and the next run none under an old key", async () => {
    const database = await make();
    const folder = await mkdtemp(join(tmpdir(), "kunji-killed-"));
    try {
      const killed = await killRotations({ place: database.place, folder, kills });
      expect(killed).toMatchObject({ kills, unreadable: 0, lost: 0, leftUnderOldKeys: 0, mostKeys: 1 });
      expect(killed.duringRotation).toBeGreaterThan(0);
      expect(killed.valuesWritten).toBeGreaterThan(20 * kills);
      expect(killed.valuesOpened).toBeGreaterThan(20);
    } finally {
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
