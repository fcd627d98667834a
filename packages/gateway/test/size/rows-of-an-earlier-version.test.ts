import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readiness } from "../../src/flows/readiness.js";
import { hour, type LifetimeWorld, newLifetimeWorld, tenant } from "../lifetime/support/lifetime-world.js";
import { databases, type TestDatabase } from "../support/databases.js";
import { fillingOf } from "./support/filling.js";

describe.each(databases)(
  "sessions of which nobody has written down how far renewals carry them, on %s",
  (_name, make) => {
    let database: TestDatabase;
    let world: LifetimeWorld;

    beforeEach(async () => {
      database = await make();
      world = await newLifetimeWorld(database);
    });
    afterEach(() => world.close());

    it("are opened, and page by page left out where their broker renews them", async () => {
      await world.connect("zebu", "z0");
      const session = await world.session("z0");
      if (!session) throw new Error("no session");
      for (let i = 1; i < 6; i++) {
        await world.add("zebu", `z${i}`);
        await world.keep(`z${i}`, session);
      }
      const { endsAt, carriedUntil } = await world.row("z0");
      expect(carriedUntil).toBeGreaterThan(endsAt ?? 0);
      const filling = await fillingOf(database.place);
      await filling.run("update connections set carried_until = null where id <> 'z0'");
      await filling.run("update connections set reason = 'refresh_refused' where id in ('z0', 'z4')");
      await filling.close();
      const at = world.now() + 24 * hour;
      const { items, next } = await readiness(world.ports, tenant, {
        at,
        page: { limit: 2 },
        mayConnect: false,
      });
      expect(items.map(({ connection, live }) => `${connection.id} ${live}`)).toEqual(["z0 no", "z4 no"]);
      const rest = await readiness(world.ports, tenant, {
        at,
        page: { limit: 2, after: next ?? undefined },
        mayConnect: false,
      });
      expect(next === null ? [] : rest.items).toEqual([]);
    });
  },
);
