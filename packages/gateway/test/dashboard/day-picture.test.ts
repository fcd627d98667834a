import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cutOffs } from "../../src/flows/cut-offs.js";
import { dayPicture } from "../../src/flows/day-picture.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { india } from "./support/day.js";
import { addConnection, endSession } from "./support/sessions.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

const hour = 3_600_000;
const halfPast = india("2026-11-21T00:30:00");

/** The clocks start on Friday, 20 November 2026, 11:30 in India. */
describe("what the picture of a day holds", () => {
  let world: ApiWorld;
  let person: SignedInPerson;

  beforeEach(async () => {
    world = await newApiWorld(await databases[0][1]());
    await world.addTenant("acme");
    person = await signedIn(world, "acme", "asha");
  });
  afterEach(() => world.close());

  it("draws each of a few sessions, and groups of many by broker and end", async () => {
    const add = (id: string, endsAt: number | null) =>
      addConnection(world, "acme", { id, broker: "nuvama", session: { endsAt } });
    for (let i = 10; i < 34; i++) await add(`c${i}`, halfPast);
    const few = (await dayPicture(world.ports, "acme")).sessions;
    expect(few.kind === "each" && few.sessions.length).toBe(24);
    await add("c99", null);
    await add("late", world.now() + 99 * hour);
    const many = (await dayPicture(world.ports, "acme")).sessions;
    if (many.kind !== "groups") throw new Error("no groups");
    expect(many.groups.map(({ broker, from, count, more }) => [broker, from, count, more])).toEqual([
      ["nuvama", halfPast, 24, false],
      ["nuvama", (await dayPicture(world.ports, "acme")).until, 1, false],
    ]);
    expect(many.endless).toBe(1);
    expect((await person.open("/readiness")).text).toContain("24 connections");
  });

  it("puts ends together until there are few rows", async () => {
    for (let i = 0; i < 40; i++)
      await addConnection(world, "acme", {
        id: `c${i}`,
        broker: "ventura",
        session: { endsAt: world.now() + hour + i * hour * 0.5 },
      });
    const { sessions } = await dayPicture(world.ports, "acme");
    if (sessions.kind !== "groups") throw new Error("no groups");
    expect(sessions.groups.length).toBeLessThanOrEqual(12);
    expect(sessions.groups.reduce((sum, { count }) => sum + count, 0)).toBe(40);
    // From the first half hour in which one ends to the last: what lies before it is no part of the first group.
    expect(sessions.groups[0]?.from).toBe(world.now() + hour);
    expect(sessions.endless).toBe(0);
  });

  it("shows those that are out and unsure beside those that live, the first to stop first", async () => {
    await addConnection(world, "acme", {
      id: "late",
      broker: "ventura",
      session: { endsAt: halfPast + hour },
    });
    await addConnection(world, "acme", { id: "soon", broker: "nuvama", session: { endsAt: halfPast } });
    await addConnection(world, "acme", { id: "never", broker: "rmoney", session: { endsAt: null } });
    await addConnection(world, "acme", {
      id: "renewed",
      broker: "zebu",
      session: { endsAt: world.now() + hour, carriedUntil: halfPast + 3 * hour },
    });
    await addConnection(world, "acme", { id: "out", broker: "nuvama", session: { endsAt: halfPast } });
    await endSession(world, "acme", "out");
    await addConnection(world, "acme", { id: "new", broker: "zebu" });
    const { sessions } = await dayPicture(world.ports, "acme");
    if (sessions.kind !== "each") throw new Error("not each");
    expect(sessions.sessions.map(({ id }) => id)).toEqual(["out", "soon", "late", "renewed", "never"]);
    expect(sessions.sessions.map(({ renewedUntil }) => renewedUntil !== null)).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
  });

  it("marks the brokers' own daily ends and the exchanges' logout as each app has it set", async () => {
    const stretch = { from: india("2026-11-20T06:00:00"), until: india("2026-11-21T12:00:00") };
    const marked = async () =>
      (await cutOffs(world.ports, "acme", stretch)).map(
        ({ at, brokers, by }) => `${new Date(at + 5.5 * hour).toISOString().slice(5, 16)} ${brokers} ${by}`,
      );
    expect(await marked()).toEqual([
      "11-20T07:00 rmoney exchanges",
      "11-21T00:30 nuvama broker",
      "11-21T07:00 rmoney exchanges",
    ]);
    const put = (id: string, dailyLogout: string | false) =>
      world.call("PUT", `/v1/apps/${id}`, {
        key,
        body: { broker: id, settings: { dailyLogout }, return_urls: ["https://app.example/connected"] },
      });
    const key = await world.newKey("acme");
    expect((await put("rmoney", false)).status).toBe(200);
    expect((await put("ventura", "00:30")).status).toBe(200);
    expect(await marked()).toEqual(["11-21T00:30 nuvama broker", "11-21T00:30 ventura exchanges"]);
  });
});
