import { sessionFrom } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { confirmConnection } from "../../src/flows/confirm-connection.js";
import { reconnect } from "../../src/flows/connections.js";
import { openSession } from "../../src/flows/seal-session.js";
import { databases } from "../support/databases.js";
import { allBrokers, newWorld, redirectBrokers, returnUrl, type TestWorld } from "../support/world.js";
import { codeOf, newBrowser } from "./support/browser.js";
import { connected, eventsOf, logInFully, newConnection, rowOf, tokenOf } from "./support/logins.js";

describe.each(databases)("a login on %s", (_name, make) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await newWorld(await make());
    for (const broker of allBrokers) await world.addTenant(`t-${broker}`, [broker]);
  }, 60_000);
  afterAll(() => world.close());

  it.each(allBrokers)("at %s makes a connection active, step by step", async (broker) => {
    const at = { tenant: `t-${broker}`, broker };
    const { connection, token } = await newConnection(world, at);
    expect(connection).toMatchObject({ status: "new", generation: 0, account: null, sealedSession: null });

    const step = await logInFully(world, newBrowser(world), at, token);
    const pending = await rowOf(world, connection);
    expect(pending).toMatchObject({ status: "pending", generation: 0, sealedSession: null });

    const code = codeOf(step);
    const back = new URL(step.kind === "go" ? step.to : "");
    expect(back.origin + back.pathname).toBe(returnUrl);
    expect([...back.searchParams.keys()]).toEqual(["connection", "code"]);

    const active = await confirmConnection(world.ports, at.tenant, connection.id, { code, user: "u1" });
    const account = world.presets[broker].users[0].username;
    expect(active).toMatchObject({ status: "active", reason: null, generation: 1, account });
    expect(active.endsAt).toBeGreaterThan(world.now());
    expect(active.dueAt).toBeGreaterThan(world.now());
    expect(openSession(world.ports, active)).toMatchObject({ broker, account, confirmed: true });
    expect(await eventsOf(world, connection)).toEqual([
      "connection.created",
      "connection.pending",
      "connection.active",
    ]);
    expect(world.signalled).toContain(`login finished ${broker}`);
  });

  it.each(allBrokers)(
    "at %s leaves the old session working until the new one is confirmed",
    async (broker) => {
      const at = { tenant: `t-${broker}`, broker };
      const first = await connected(world, at, "again");
      world.advance(60_000);
      const { link } = await reconnect(world.ports, at.tenant, { connection: first.id });
      const step = await logInFully(world, newBrowser(world), at, tokenOf(link.url));
      const meanwhile = await rowOf(world, first);
      expect(meanwhile).toEqual(first);

      const second = await confirmConnection(world.ports, at.tenant, first.id, {
        code: codeOf(step),
        user: "again",
      });
      expect(second).toMatchObject({ status: "active", generation: 2 });
      expect(second.startedAt).toBe((first.startedAt ?? 0) + 60_000);
    },
  );

  it.each(redirectBrokers)("at %s lies sealed in the database while it waits", async (broker) => {
    const at = { tenant: `t-${broker}`, broker };
    const { connection, token } = await newConnection(world, at);
    const code = codeOf(await logInFully(world, newBrowser(world), at, token));
    const active = await confirmConnection(world.ports, at.tenant, connection.id, { code, user: "u1" });
    const text = Buffer.from(active.sealedSession ?? new Uint8Array()).toString("latin1");
    const session = openSession(world.ports, active);
    expect(() => sessionFrom(text, broker)).toThrow();
    for (const secret of Object.values(session?.secrets ?? {})) expect(text).not.toContain(secret.reveal());
  });
});
