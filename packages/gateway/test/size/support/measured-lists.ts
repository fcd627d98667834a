import { type ApiWorld, newApiWorld, withTenant } from "../../http/support/api-world.js";
import type { TestDatabase } from "../../support/databases.js";
import { fill, settle } from "./filled.js";
import { open, type ShapeName, shapes } from "./shapes.js";

export interface MeasureWish {
  readonly connections: number;
  /** How often each is asked. */
  readonly rounds: number;
  say(line: string): void;
}

/** One question, or all of a shape, at both sizes; ms. */
interface Compared {
  readonly asked: string;
  readonly of1000: { readonly p50: number; readonly p99: number };
  readonly ofAll: { readonly p50: number; readonly p99: number };
}

/** How long each answer took at both sizes; ms. */
interface Taken {
  readonly asked: string;
  readonly shape: string;
  readonly of1000: readonly number[];
  readonly ofAll: readonly number[];
}

const few = 1_000;
const shapeNames = Object.keys(shapes) as ShapeName[];
const iso = (at: number): string => new Date(at).toISOString();

/** What is asked: every filter and combination, with the status that is common in the shape and a rare one. */
function pathsOf(shape: ShapeName): readonly string[] {
  const statuses = shape === "closed" ? ["closed", "active"] : ["active", "login_needed"];
  const filters: string[] = [];
  for (const app of ["", "app=zebu"])
    for (const broker of ["", "broker=zebu"])
      for (const user of ["", "user=u7"])
        for (const status of ["", ...statuses.map((one) => `status=${one}`)])
          for (const ends of ["", `ends_before=${iso(open + few / 2)}`])
            filters.push([app, broker, user, status, ends].filter(Boolean).join("&"));
  return [
    ...filters.map((filter) => `/v1/connections?${filter}`),
    `/v1/readiness?at=${iso(open)}`,
    "/v1/readiness?",
  ];
}

const cursorOf = (id: string, endsAt: number): string =>
  Buffer.from(JSON.stringify({ id, endsAt })).toString("base64url");
/** The beginning, the middle and the end of a list. */
const places = (connections: number): readonly string[] => [
  "",
  `&cursor=${cursorOf("con_500000", open + connections / 2)}`,
  `&cursor=${cursorOf("con_99999", open + connections)}`,
];

const rounded = (ms: number): number => Math.round(ms * 100) / 100;

function spread(times: readonly number[]) {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (part: number) =>
    rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
  return { p50: at(0.5), p99: at(0.99) };
}

const compared = (asked: string, taken: readonly Taken[]): Compared => ({
  asked,
  of1000: spread(taken.flatMap(({ of1000 }) => of1000)),
  ofAll: spread(taken.flatMap(({ ofAll }) => ofAll)),
});
const added = ({ of1000, ofAll }: Compared, part: "p50" | "p99"): number =>
  rounded(ofAll[part] - of1000[part]);
const most = (all: readonly Compared[], part: "p50" | "p99") =>
  [...all].sort((one, other) => added(other, part) - added(one, part));

function foundIn(results: readonly Taken[], rounds: number) {
  const each = results.map((taken) => compared(taken.asked, [taken]));
  const shapesAsked = [...new Set(results.map(({ shape }) => shape))];
  const byShape = shapesAsked.map((shape) =>
    compared(
      shape,
      results.filter((taken) => taken.shape === shape),
    ),
  );
  const readiness = compared(
    "readiness",
    results.filter(({ asked }) => asked.includes("/v1/readiness")),
  );
  const [worstP50] = most(each, "p50");
  const [worstP99] = most([...byShape, readiness], "p99");
  return {
    questions: each.length,
    rounds,
    /** Of one question's medians, and of all that is asked of a shape. */
    mostAddedP50Ms: worstP50 ? added(worstP50, "p50") : 0,
    mostAddedP99Ms: worstP99 ? added(worstP99, "p99") : 0,
    readiness,
    byShape,
    mostAdded: most(each, "p50").slice(0, 5),
  };
}

/** What has been found in a database. */
export type FoundLists = ReturnType<typeof foundIn>;

async function ask(world: ApiWorld, key: string, path: string, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < count; round++) {
    const start = performance.now();
    const { status } = await world.call("GET", path, { key });
    times.push(performance.now() - start);
    if (status !== 200) throw new Error(`${path}: ${status}`);
  }
  return times;
}

/** What is asked of two tenants, one with a thousand connections: each path by the number of connections. */
interface Asking {
  readonly shape: string;
  readonly tenants: readonly [few: string, all: string];
  readonly paths: readonly { readonly asked: string; of(size: number): string }[];
}

const pagesOf = (shape: ShapeName): Asking["paths"] =>
  pathsOf(shape).flatMap((path) =>
    places(few).map((_, i) => ({ asked: `${path}, page ${i}`, of: (size) => `${path}${places(size)[i]}` })),
  );

async function compare(world: ApiWorld, asking: Asking, { connections, rounds }: MeasureWish) {
  const { shape, tenants, paths } = asking;
  const [one, other] = [await world.newKey(tenants[0]), await world.newKey(tenants[1])];
  const results: Taken[] = [];
  for (const { asked, of } of paths) {
    for (const key of [one, other]) await ask(world, key, of(connections), 1);
    const of1000 = await ask(world, one, of(few), rounds);
    const ofAll = await ask(world, other, of(connections), rounds);
    results.push({ asked: `${shape}: ${asked}`, shape, of1000, ofAll });
  }
  return results;
}

/**
 * Fills databases with both sizes of every shape, and with a thousand tenants, and asks all of it over HTTP. All are filled at
 * once, which takes longest, and asked one after the other.
 * @param databases by name; they are dropped
 * @param kept is told what there is by now
 */
export async function measureLists(
  databases: Readonly<Record<string, TestDatabase>>,
  wish: MeasureWish,
  kept: (found: Readonly<Record<string, FoundLists>>) => void,
): Promise<void> {
  const { connections, rounds, say } = wish;
  const all: { readonly name: string; readonly world: ApiWorld; readonly results: Taken[] }[] = [];
  let begun = performance.now();
  const seconds = (): number => {
    const passed = Math.round((performance.now() - begun) / 1_000);
    begun = performance.now();
    return passed;
  };
  const stores = Object.values(databases).map(({ place }) => place);

  async function measure(shape: ShapeName, name: string, count: number, asking: Omit<Asking, "tenants">) {
    const sizes = [
      { name: `few-${shape}-`, tenants: 1, connections: few, shape: shapes[shape] },
      { name, tenants: count, connections, shape: shapes[shape] },
    ];
    await fill(stores, sizes, { emptied: true });
    await settle(stores);
    say(`filled with ${connections} connections of ${count} tenants, shape ${shape}, in ${seconds()} s`);
    for (const { name: database, world, results } of all) {
      results.push(...(await compare(world, { ...asking, tenants: [`few-${shape}-0`, `${name}0`] }, wish)));
      say(`${database} asked in ${seconds()} s`);
    }
    kept(Object.fromEntries(all.map(({ name: of, results }) => [of, foundIn(results, rounds)])));
  }

  try {
    for (const [name, database] of Object.entries(databases)) {
      const world = await newApiWorld(database);
      all.push({ name, world, results: [] });
      await withTenant(world, "first");
    }
    for (const shape of shapeNames)
      await measure(shape, `all-${shape}-`, 1, { shape, paths: pagesOf(shape) });
    const paths = pathsOf("usual").map((path) => ({ asked: path, of: () => path }));
    await measure("usual", "many-", Math.max(1, Math.floor(connections / few)), {
      shape: "many tenants",
      paths,
    });
  } finally {
    for (const { world } of all) await world.close();
  }
}
