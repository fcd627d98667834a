import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lookAfterDue } from "../../src/flows/look-after.js";
import { connected } from "../connect/support/logins.js";
import { databases } from "../support/databases.js";
import { hour, type LifetimeWorld, minute, newLifetimeWorld, tenant } from "./support/lifetime-world.js";

const at = { tenant, broker: "nuvama" } as const;

describe.each(databases)(
  "a session that the broker gives to two logins of an account, on %s",
  (_name, make) => {
    let world: LifetimeWorld;

    beforeAll(async () => {
      world = await newLifetimeWorld(await make());
    });
    afterAll(() => world.close());

    it("lives on for the first as well when the second logs in, eight idle hours from then", async () => {
      const first = await connected(world, at, "u1");
      const alone = await connected(world, at, "u2", "80163504");
      world.advance(7 * hour);
      const second = await connected(world, at, "u3");
      expect((await world.row(first.id)).endsAt).toBe(second.endsAt);
      world.advance(hour + minute);
      await lookAfterDue(world.ports);
      expect(await world.row(first.id)).toMatchObject({ status: "active" });
      expect(await world.row(alone.id)).toMatchObject({ status: "login_needed", reason: "session_over" });
      expect(await world.livesAtBroker(first.id)).toBe(true);
    });
  },
);
