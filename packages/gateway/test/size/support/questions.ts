import type { CompiledQuery } from "kysely";
import { connectionList } from "../../../src/adapters/database/connection-lists.js";
import { dueConnections, pendingWithoutCode } from "../../../src/adapters/database/due-statements.js";
import { openConnectionsOf, tenantWithOpen } from "../../../src/adapters/database/ended-tenants.js";
import { notReadyOnes } from "../../../src/adapters/database/not-ready.js";
import type { Place } from "../../../src/adapters/database/tables.js";
import type { ConnectionFilter, Status } from "../../../src/ports/connections.js";
import type { Cursor } from "../../../src/ports/page.js";
import { brokers, open, type ShapeName } from "./shapes.js";

/** What a gateway asks its database, and how many rows that may read however many there are. */
export interface Question {
  readonly name: string;
  readonly rows: number;
  ask(place: Place): { compile(): CompiledQuery };
}

const limit = 20;
/** The most parts that a list is put together from: one for each status. */
const parts = 6;

/** The statuses that are looked for in each shape: the commonest, a rare one, and one that is not there. */
const looked: Readonly<Record<ShapeName, readonly Status[]>> = {
  usual: ["active", "unsure", "closed"],
  one: ["active", "login_needed", "pending"],
  morning: ["login_needed", "active"],
  unsure: ["unsure", "active"],
  together: ["active", "unsure"],
  closed: ["closed", "active", "unsure"],
  carried: ["active", "login_needed"],
};

const cursors: readonly (Cursor | undefined)[] = [
  undefined,
  { id: "con_2000", endsAt: open + 2_000 },
  { id: "con_999", endsAt: open + 3_900 },
];

const given = <T>(...values: readonly T[]): readonly (T | undefined)[] => [undefined, ...values];

function filtersOf(shape: ShapeName): readonly ConnectionFilter[] {
  const all: ConnectionFilter[] = [];
  for (const app of given("zebu"))
    for (const broker of app ? [undefined] : given("zebu" as const))
      for (const user of given("u7"))
        for (const status of given(...looked[shape]))
          for (const endsBefore of given(open + 4_000)) all.push({ app, broker, user, status, endsBefore });
  return all;
}

/** Every list of a tenant's connections, and who is not ready, at the beginning, in the middle and at the end. */
export function questionsOf(shape: ShapeName, tenant: string): readonly Question[] {
  const moments = brokers.map((broker) => ({ broker, at: open }));
  const lists = filtersOf(shape).flatMap((filter) =>
    cursors.map((after, i) => ({
      name: `${shape}: ${JSON.stringify(filter)}, page ${i}`,
      rows: parts * (limit + 1),
      ask: (place: Place) => connectionList(place, tenant, filter, { limit, after }),
    })),
  );
  const ready = cursors.map((after, i) => ({
    name: `${shape}: not ready, page ${i}`,
    rows: brokers.length * (limit + 1),
    ask: (place: Place) => notReadyOnes(place, tenant, moments, { limit, after }),
  }));
  return [...lists, ...ready];
}

const wish = { owner: "o", ms: 1_000, limit };

/** What background work asks again and again. */
export const jobQuestions: readonly Question[] = [
  {
    name: "what is due, where all is",
    rows: brokers.length * limit,
    ask: (place) => dueConnections(place, { ...wish, now: open + 10_000_000 }),
  },
  {
    name: "what is due, where little is",
    rows: brokers.length * limit,
    ask: (place) => dueConnections(place, { ...wish, now: open - 1_000_000 }),
  },
  {
    name: "what is due at one broker, while all is due at the others",
    rows: limit,
    ask: (place) => dueConnections(place, { ...wish, now: open + 10_000_000, at: ["rmoney"] }),
  },
  {
    name: "logins that nobody confirmed",
    rows: limit,
    ask: (place) => pendingWithoutCode(place, open, limit),
  },
  { name: "an ended tenant that left something open", rows: 5, ask: tenantWithOpen },
  {
    name: "what a tenant left open, beside what it closed",
    rows: 5 * limit,
    ask: (place) => openConnectionsOf(place, "closed0", limit),
  },
];
