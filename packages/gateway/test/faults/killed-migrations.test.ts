import { describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { killMigrations } from "./support/killed-migrations.js";

// The long form, at every statement: npm run faults -- migrations
describe.each(databases)("F4 the way from the first version to this one on %s, killed on it", (_, make) => {
  it("is gone to its end by the next start, and no row is lost", async () => {
    const found = await killMigrations(make, { rows: 1_000, count: 3 });
    expect(found).toMatchObject({ rows: 1_000, notThrough: [], lost: [] });
    expect(found.statements).toBeGreaterThan(50);
    expect(found.kills).toBeGreaterThanOrEqual(3);
  }, 120_000);
});
