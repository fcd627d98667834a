import type { Answer } from "../../http/support/api-world.js";
import { t0 } from "../../support/rows.js";
import type { GrownWorld } from "./growth-world.js";
import { hour } from "./shapes.js";

/** One thing that is asked, again and again. */
export interface Way {
  /** What goes before, and is not measured. */
  readonly before?: (() => void) | undefined;
  ask(): Promise<unknown>;
  /** What follows, and is not measured. @throws Error where the answer is wrong */
  after(answer: unknown): Promise<void> | void;
}

/** What a gateway does, and the ways in which that is asked of it. */
export interface GrowthQuestion {
  readonly name: string;
  ways(world: GrownWorld): readonly Way[];
}

const iso = (at: number): string => new Date(at).toISOString();
const cursorOf = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
/** In the middle of the ids. */
const middle = "con_5";
const profile = "/open-api/od/v1/profile/";

function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`${what}: ${found} instead of ${expected}`);
}

/** A page of the API, with how many items it holds. */
const apiPage = ({ call, key }: GrownWorld, path: string, items: number): Way => ({
  ask: () => call("GET", path, { key }),
  after(answer) {
    const { status, body } = answer as Answer;
    expectEqual(path, status, 200);
    expectEqual(`${path}: items`, body.items.length, items);
  },
});

/** A page of the dashboard, with how many connections it shows. */
const dashboardPage = ({ call, cookie }: GrownWorld, path: string, rows: number): Way => ({
  ask: () => call("GET", path, { headers: { cookie, accept: "text/html" } }),
  after(answer) {
    const { status, text } = answer as Answer;
    expectEqual(path, status, 200);
    const shown = new Set(text.match(/href="\/connections\/con_[^"?]+"/g));
    expectEqual(`${path}: connections`, shown.size, rows);
  },
});

function proxiedCall(world: GrownWorld, most: number, before?: () => void): Way {
  const ids = world.called.slice(0, most);
  let turn = 0;
  return {
    before,
    ask: () =>
      world.call("GET", `/v1/connections/${ids[turn++ % ids.length]}/proxy${profile}`, { key: world.key }),
    after(answer) {
      const { status, text } = answer as Answer;
      expectEqual("a proxied call", `${status} ${text}`, `200 ${world.broker.answer}`);
    },
  };
}

const claimed = 20;

function dueScan({ store, tenant }: GrownWorld, now: number, found: number): Way {
  let turn = 0;
  let owner = "";
  return {
    before() {
      owner = `owner ${turn++}`;
    },
    ask: () => store.dueWork.claimConnections({ now, limit: claimed, owner, ms: 60_000 }),
    async after(answer) {
      const rows = answer as readonly { readonly id: string }[];
      expectEqual("due connections", rows.length, found);
      for (const { id } of rows)
        expectEqual("given back", await store.connections.release(tenant, id, owner), true);
    },
  };
}

/** What is asked at each size. */
export const growthQuestions: readonly GrowthQuestion[] = [
  {
    name: "proxied call, session remembered",
    ways: (world) => [proxiedCall(world, 20)],
  },
  {
    name: "proxied call, session read and opened",
    ways: (world) => [proxiedCall(world, world.called.length, world.forget)],
  },
  {
    name: "page of connections, API",
    ways: (world) => [
      apiPage(world, "/v1/connections", 50),
      apiPage(world, `/v1/connections?cursor=${cursorOf({ id: middle })}`, 50),
      apiPage(world, "/v1/connections?status=active", 50),
      apiPage(world, `/v1/connections?app=nuvama&ends_before=${iso(t0 + 14 * hour)}`, 50),
      apiPage(world, "/v1/connections?user=u7", 2),
    ],
  },
  {
    name: "page of connections, dashboard",
    ways: (world) => [
      dashboardPage(world, "/connections", 50),
      dashboardPage(world, `/connections?status=active&after=${middle}`, 50),
    ],
  },
  {
    name: "due-scan, nothing due",
    ways: (world) => [dueScan(world, t0, 0)],
  },
  {
    name: "due-scan, everything due",
    ways: (world) => [dueScan(world, t0 + 24 * hour, claimed)],
  },
  {
    name: "readiness, API",
    ways: (world) => [
      apiPage(world, "/v1/readiness", 50),
      apiPage(world, `/v1/readiness?at=${iso(t0 + 4 * hour)}`, 50),
      apiPage(world, `/v1/readiness?cursor=${cursorOf({ id: middle, endsAt: t0 + 13 * hour })}`, 50),
    ],
  },
  {
    name: "readiness, dashboard",
    ways: (world) => [
      dashboardPage(world, "/readiness", 25),
      dashboardPage(world, "/readiness?at=2026-11-20T15:30&clock=IN", 25),
    ],
  },
];
