import { newApiWorld, withTenant } from "../../http/support/api-world.js";
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

/** Fills a database with both sizes of every shape, and with a thousand tenants, and asks all of it over HTTP. */
export async function measureLists(database: TestDatabase, { connections, rounds, say }: MeasureWish) {
  const world = await newApiWorld(database);
  const tenantOf = (shape: ShapeName, size: "few" | "all") => `${size}-${shape}-0`;
  await withTenant(world, "first");
  let begun = performance.now();
  const seconds = (): number => {
    const passed = Math.round((performance.now() - begun) / 1_000);
    begun = performance.now();
    return passed;
  };
  const results: Taken[] = [];
  const fillWith = async (shape: ShapeName, all: { readonly name: string; readonly tenants: number }) => {
    await fill(
      database.place,
      [
        { name: `few-${shape}-`, tenants: 1, connections: few, shape: shapes[shape] },
        { ...all, connections, shape: shapes[shape] },
      ],
      { emptied: true },
    );
    await settle(database.place);
  };

  async function ask(key: string, path: string, count: number): Promise<readonly number[]> {
    const times: number[] = [];
    for (let round = 0; round < count; round++) {
      const start = performance.now();
      const { status } = await world.call("GET", path, { key });
      times.push(performance.now() - start);
      if (status !== 200) throw new Error(`${path}: ${status}`);
    }
    return times;
  }

  async function compare(
    shape: string,
    asked: string,
    path: (size: number) => string,
    [one, other]: readonly [string, string],
  ) {
    for (const key of [one, other]) await ask(key, path(connections), 1);
    const of1000 = await ask(one, path(few), rounds);
    const ofAll = await ask(other, path(connections), rounds);
    results.push({ asked: `${shape}: ${asked}`, shape, of1000, ofAll });
  }

  for (const shape of shapeNames) {
    await fillWith(shape, { name: `all-${shape}-`, tenants: 1 });
    say(`filled with ${connections} connections, shape ${shape}, in ${seconds()} s`);
    const keys = [
      await world.newKey(tenantOf(shape, "few")),
      await world.newKey(tenantOf(shape, "all")),
    ] as const;
    for (const path of pathsOf(shape))
      for (const [i] of places(few).entries())
        await compare(shape, `${path}, page ${i}`, (size) => `${path}${places(size)[i]}`, keys);
    say(`asked in ${seconds()} s`);
  }
  await fillWith("usual", { name: "many-", tenants: Math.max(1, Math.floor(connections / few)) });
  say(`filled with ${connections} connections of tenants with 1,000 each, in ${seconds()} s`);
  const keys = [await world.newKey(tenantOf("usual", "few")), await world.newKey("many-0")] as const;
  for (const path of pathsOf("usual")) await compare("many tenants", path, () => path, keys);
  await world.close();

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
