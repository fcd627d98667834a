import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { figuresOf } from "../parts.mjs";
import { scalePage, withSums } from "../scale-page.mjs";
import { parts, sumsOf, supposed, written } from "../scale-sums.mjs";
import { root } from "../settings.mjs";

const page = readFileSync(join(root, scalePage), "utf8");
const kept = Object.fromEntries(parts.map((part) => [part, figuresOf(part)]));

/** One and a hundred logins a second: two connections take a second and a hundredth. */
const rates = { slow: { perSecond: { median: 1 } }, quick: { perSecond: { median: 100 } } };
const size = (table, indexes) => ({ table, indexes });
const act = (name, transactions, walBytes) => ({
  act: name,
  transactions,
  walBytes,
  rows: { audit: { inserted: 3, updated: 0, deleted: 0 } },
});
const figures = {
  login: { inFlight: { 16: { PostgreSQL: rates } } },
  proxy: { setUps: { plain: { targets: { gateway: { perSecond: { median: 50 } } } } } },
  storage: {
    databases: {
      PostgreSQL: {
        perAct: [act("another login", 7, 1_000), act("the first call in a minute", 1, 100)],
        perConnection: [
          { packed: { connections: size(600, 400) } },
          { packed: { connections: size(900, 100) } },
        ],
        perDay: [
          {
            told: { "connection.refreshed": 27 },
            packed: { events: size(500, 250), deliveries: size(200, 50), audit: size(150, 100) },
          },
          {
            told: { "connection.active": 1 },
            packed: { events: size(100, 50), deliveries: size(40, 10), audit: size(30, 20) },
          },
        ],
      },
    },
  },
  audit: {
    databases: {
      PostgreSQL: {
        eightWritersOfOneTenant: { perSecond: 30 },
        eightWritersOfEightTenants: { perSecond: 100 },
      },
    },
  },
  wake: { renewalsPerSecond: "20", gateways: { 4: { endsTold: 500, endsToldWithinS: 10 } } },
};
const wish = {
  ...supposed,
  connections: 36_000,
  busyShare: 0.5,
  busyS: 180,
  callEveryS: 60,
  tokenS: 3_600,
  brokers: 5,
  tradingDaysAYear: 365,
  eventDays: 10,
  auditYears: 2,
};

it("sums up what so many connections need", () => {
  const { rows } = sumsOf(figures, wish);
  expect(rows.map(([what, sum]) => [what, sum])).toEqual([
    ["logins a second at the busiest", "100"],
    // Two in 1.01 s are 1.98 a second.
    ["gateway processes for them", "51"],
    ["tenants, at least", "10"],
    ["calls a second", "600"],
    ["gateway processes for them", "12"],
    ["renewals a second, all day", "2"],
    ["until all of one broker are told of a common end", "2 minutes"],
    ["commits a second at the busiest", "1,300"],
    ["as many databases as the measured one", "13"],
    ["write-ahead log a second at the busiest", "160 kB"],
    ["connections on disk", "36 MB"],
    ["events and deliveries of 10 days", "130 MB"],
    ["audit of 2 years", "2.4 GB"],
  ]);
});

it("says what was not measured", () => {
  expect(sumsOf({ ...figures, wake: undefined }, wish)).toEqual({ missing: ["wake"] });
  const text = withSums(page, { ...figures, wake: undefined, login: undefined });
  expect(text).toContain(
    "Not summed up yet: `npm run bench -- login`, `npm run bench -- wake` have not been run.",
  );
});

it("stands on the page as the kept figures give it", () => {
  expect(withSums(page, kept)).toBe(page);
  expect(withSums(page, figures)).not.toBe(page);
  expect(() => withSums("# At ten million connections\n", kept)).toThrow(/must have the line/);
});

it("writes bytes as people read them", () => {
  expect([990, 1_000, 1_250_000, 3.04e9, 2e13].map(written)).toEqual([
    "990 bytes",
    "1 kB",
    "1.3 MB",
    "3 GB",
    "20 TB",
  ]);
});
