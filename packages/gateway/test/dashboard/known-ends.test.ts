import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectionHistory } from "../../src/flows/connection-history.js";
import { reconnect } from "../../src/flows/connections.js";
import { dayPicture } from "../../src/flows/day-picture.js";
import { lookAfterDue } from "../../src/flows/look-after.js";
import { needLogin } from "../../src/flows/need-login.js";
import { connected } from "../connect/support/logins.js";
import { type ApiWorld, newApiWorld, withTenant } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { signedIn } from "./support/signed-in.js";

const hour = 3_600_000;

/** The clocks start on Friday, 20 November 2026, 11:30 in India. */
describe.each(databases)("an end that is noted later than it came, on %s", (_, newStore) => {
  let world: ApiWorld;

  beforeEach(async () => {
    world = await newApiWorld(await newStore());
    await withTenant(world, "acme", ["nuvama"]);
  });
  afterEach(() => world.close());

  it("is drawn and told where it came, whatever is done with the connection since", async () => {
    const { id, endsAt } = await connected(world, { tenant: "acme", broker: "nuvama" }, "ravi");
    if (endsAt === null) throw new Error("It has no end.");
    world.advance(endsAt - world.now() + 5 * hour);
    await lookAfterDue(world.ports);
    const row = await world.store.connections.get("acme", id);
    if (!row) throw new Error("It is gone.");
    expect(row).toMatchObject({ status: "login_needed", reason: "session_over", updatedAt: world.now() });
    const overAt = async () => {
      const { sessions } = await dayPicture(world.ports, "acme");
      return sessions.kind === "each" ? sessions.sessions[0]?.overAt : undefined;
    };
    expect(await overAt()).toBe(endsAt);
    const { spans } = await connectionHistory(world.ports, row);
    expect(spans.map(({ ended, how }) => [ended, how])).toEqual([[endsAt, "over"]]);
    world.advance(hour / 2);
    await reconnect(world.ports, "acme", { connection: id });
    expect(await overAt()).toBe(endsAt);
  });

  it("is told with the clock that brings it", async () => {
    const person = await signedIn(world, "acme", "asha");
    const { id } = await connected(world, { tenant: "acme", broker: "nuvama" }, "mira");
    const fact = async (open: typeof person) =>
      /<dt>What ends it<\/dt><dd>[\s\S]*?<\/dd>/.exec((await open.open(`/connections/${id}`)).text)?.[0];
    expect(await fact(person)).toContain(
      "8 h 0 min after the last call; each call puts it off, to 00:30 tomorrow, India, at the latest: Nuvama’s daily end.",
    );
    world.advance(7 * hour);
    await world.store.connections.touch("acme", id, { at: world.now(), endsAt: world.now() + 6 * hour });
    expect(await fact(await signedIn(world, "acme", "asha"))).toContain("<dd>Nuvama’s daily end.</dd>");
  });

  it("is when it was noted where the broker ended it before its time", async () => {
    const { id, endsAt } = await connected(world, { tenant: "acme", broker: "nuvama" }, "ravi");
    const row = await world.store.connections.get("acme", id);
    if (!row || endsAt === null) throw new Error("It is gone.");
    world.advance(hour);
    const fallen = await needLogin(world.ports, row, "broker_ended");
    const { spans } = await connectionHistory(world.ports, fallen);
    expect(spans.map(({ ended, how }) => [ended, how])).toEqual([[world.now(), "cut"]]);
    const [event] = await world.store.events.newest("acme", { limit: 1, connection: id });
    expect(event?.data).not.toContain("ended_at");
  });
});
