import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dumpFiles, dumpTables } from "../invariants/support/dump-database.js";
import { operatorJourney } from "../invariants/support/operator-journey.js";
import { mistakes, type Planted } from "../invariants/support/planted.js";
import { searchSinks } from "../invariants/support/secret-search.js";
import { openWhole } from "../invariants/support/whole-gateway.js";
import { newPostgres } from "../support/postgres.js";

const kinds = [
  ["SQLite", async () => ({ url: undefined, drop: async () => undefined })],
  ["PostgreSQL", newPostgres],
] as const;

describe.each(kinds)("what an operator types and is given, on %s", (_, open) => {
  it("leaves by no page but the one that shows it on purpose, no header, no log and not by the database", async () => {
    const { url, drop } = await open();
    const whole = await openWhole({ env: url === undefined ? {} : { DATABASE_URL: url } });
    const planted: Planted = new Map(Object.entries(mistakes));
    const shown = await operatorJourney(whole, planted);
    const stored = await (url === undefined ? dumpFiles(join(whole.data, "gateway")) : dumpTables(url));
    const sinks = [
      ...shown,
      ...whole.written.map((text, i) => ({ where: `log line ${i}`, text })),
      ...stored.map((sink) => ({ ...sink, allowed: ["hash of an operator"] })),
    ];
    await whole.close();
    await drop();
    expect(planted.size).toBeGreaterThan(Object.keys(mistakes).length + 6);
    expect(whole.written.length).toBeGreaterThan(15);
    expect(searchSinks(planted, sinks)).toEqual([]);
    // What is shown on purpose would be found elsewhere too, and so would what only the database holds.
    const everywhere = sinks.map(({ where, text }) => ({ where, text }));
    const told = new Set(searchSinks(planted, everywhere).map(({ secret }) => secret.replace(/ \d+$/, "")));
    expect([...told].sort()).toEqual([
      "cookie of an operator",
      "hash of an operator's password",
      "key of the settings",
      "one-time password of an operator",
      "second factor of an operator",
    ]);
  });
});
