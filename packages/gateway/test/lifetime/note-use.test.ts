import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createUseNotes } from "../../src/flows/note-use.js";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { hour, type LifetimeWorld, minute, newLifetimeWorld, tenant } from "./support/lifetime-world.js";

describe.each(databases)("the uses of a session, on %s", (_name, make) => {
  let world: LifetimeWorld;

  beforeEach(async () => {
    world = await newLifetimeWorld(await make());
  });
  afterEach(() => world.close());

  /** Notes over ports that count their writes. */
  function counting(fails = () => false) {
    const writes: number[] = [];
    const { connections } = world.store;
    const touch: typeof connections.touch = async (...given) => {
      if (fails()) throw new Error("away");
      writes.push(given[2].at);
      return connections.touch(...given);
    };
    const ports: Ports = {
      ...world.ports,
      store: { ...world.store, connections: { ...connections, touch } },
    };
    return { writes, notes: createUseNotes(ports, { everyMs: minute }) };
  }
  const settled = (condition: () => Promise<boolean> | boolean) =>
    vi.waitFor(async () => expect(await condition()).toBe(true));

  it("put off its idle clock, and are written at once at first, then together", async () => {
    const connection = await world.connect("nuvama", "n");
    const session = await world.session("n");
    if (!session) throw new Error("no session");
    const { writes, notes } = counting();
    const first = world.now() + hour;
    notes.note(connection, session, first);
    await settled(async () => (await world.row("n")).usedAt === first);
    expect((await world.row("n")).endsAt).toBe(first + 8 * hour);
    for (let i = 1; i <= 1_000; i++) notes.note(connection, session, first + i);
    expect(writes).toEqual([first]);
    await notes.flush();
    expect(writes).toEqual([first, first + 1_000]);
    expect(await world.row("n")).toMatchObject({ usedAt: first + 1_000, endsAt: first + 1_000 + 8 * hour });
    await notes.flush();
    expect(writes).toHaveLength(2);
  });

  it("are written for the connections that share the session too", async () => {
    const connection = await world.connect("nuvama", "a");
    const before = await world.connect("nuvama", "b");
    const session = await world.session("a");
    if (!session) throw new Error("no session");
    const { notes } = counting();
    notes.note(connection, session, world.now() + hour);
    await settled(async () => (await world.row("b")).usedAt === world.now() + hour);
    expect((await world.row("b")).endsAt).toBe((before.endsAt ?? 0) + hour);
  });

  it("move no end that doesn't follow from them, not even a late note of an older session", async () => {
    const connection = await world.connect("zebu", "z");
    const older = await world.session("z");
    if (!older) throw new Error("no session");
    world.advance(minute);
    const { endsAt } = await world.keep("z", {
      ...older,
      usedAt: world.now(),
      clocks: [{ kind: "moment", at: world.now() + hour }],
    });
    const { notes } = counting();
    notes.note(connection, older, world.now() + 1);
    await settled(async () => (await world.row("z")).usedAt === world.now() + 1);
    expect((await world.row("z")).endsAt).toBe(endsAt);
  });

  it("are not lost where the database is away for a while", async () => {
    const connection = await world.connect("nuvama", "n");
    const session = await world.session("n");
    if (!session) throw new Error("no session");
    let away = true;
    const { writes, notes } = counting(() => away);
    notes.note(connection, session, world.now() + hour);
    await settled(() => world.signalled.includes("warn use_not_noted"));
    away = false;
    await notes.flush();
    expect(writes).toEqual([world.now() + hour]);
    expect((await world.store.connections.get(tenant, "n"))?.usedAt).toBe(world.now() + hour);
  });
});
