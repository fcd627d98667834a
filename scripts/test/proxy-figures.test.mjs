import { describe, expect, test } from "vitest";
import { figuresOf } from "../../bench/support/proxy/figures.mjs";
import { proxyTable } from "../../bench/support/proxy/table.mjs";

const round = (perSecond, oneP50Ms) => ({ perSecond, p50Ms: 1, p99Ms: 2, oneP50Ms, oneP99Ms: 1 });
/** By target, what a target answers a second in each round while the gateway answers 1,000. */
const measuredOf = (others, added = 0.1) => ({
  direct: [round(9_000, 0.05), round(9_000, 0.05), round(9_000, 0.05)],
  ...Object.fromEntries(
    Object.entries(others).map(([name, rates]) => [name, rates.map((rate) => round(rate, 0.1))]),
  ),
  gateway: [1, 2, 3].map(() => round(1_000, 0.05 + added)),
});
const good = {
  nginx: [2_000, 2_500, 4_000],
  dispatcher: [1_000, 1_000, 1_000],
  fastifyDispatcher: [1_000, 1_100, 5_000],
  fastifyHttpProxy: [100, 700, 760],
  httpProxy: [750, 740, 730],
};
const metOf = (measured) =>
  Object.fromEntries(figuresOf({ measured, flaws: [] }).goals.map(({ beside, met }) => [beside, met]));

describe("The proxies' figures", () => {
  test("are ratios within a round, and of these the median with the least and the most", () => {
    const { gatewayTo, targets, addedAtOneConnectionMs } = figuresOf({
      measured: measuredOf(good),
      flaws: [],
    });
    expect(gatewayTo.nginx).toEqual({ median: 0.4, min: 0.25, max: 0.5 });
    expect(targets.nginx.perSecond).toEqual({ median: 2_500, min: 2_000, max: 4_000 });
    expect(addedAtOneConnectionMs.median).toBe(0.1);
  });

  test("meet each goal by its own figure", () => {
    const all = {
      nginx: true,
      fastifyDispatcher: true,
      fastifyHttpProxy: true,
      httpProxy: true,
      direct: true,
    };
    expect(metOf(measuredOf(good))).toEqual(all);
    const missed = [
      ["nginx", measuredOf({ ...good, nginx: [2_600, 2_600, 2_600] })],
      ["fastifyDispatcher", measuredOf({ ...good, fastifyDispatcher: [1_200, 1_200, 1_200] })],
      ["fastifyHttpProxy", measuredOf({ ...good, fastifyHttpProxy: [800, 800, 800] })],
      ["httpProxy", measuredOf({ ...good, httpProxy: [800, 800, 800] })],
      ["direct", measuredOf(good, 0.2)],
    ];
    for (const [name, measured] of missed) expect(metOf(measured)).toEqual({ ...all, [name]: false });
  });

  test("are unsound with one wrong answer", () => {
    const measured = measuredOf(good);
    expect(figuresOf({ measured, flaws: [] }).sound).toBe(true);
    const flaws = ["the gateway: status 401"];
    expect(figuresOf({ measured, flaws })).toMatchObject({ sound: false, flaws });
  });

  test("make a table with a line for each target and a goal for each of the set-up's", () => {
    const measured = measuredOf(good);
    const names = Object.fromEntries(Object.keys(measured).map((name) => [name, `${name}'s name`]));
    const setUps = { plain: { about: "one each", ...figuresOf({ measured, flaws: [] }) } };
    const { columns, rows, goals } = proxyTable({ setUps, names, connections: 64 });
    expect(rows).toHaveLength(7);
    for (const row of rows) expect(row).toHaveLength(columns.length);
    expect(rows.find(([, name]) => name === "nginx's name")?.slice(2, 4)).toEqual([
      "2500 (2000–4000)",
      "× 0.4",
    ]);
    expect(goals).toHaveLength(5);
    expect(goals[3]).toMatchObject({ figure: "0.4", met: true });
  });
});
