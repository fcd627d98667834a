import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordEvent } from "../../src/flows/record-event.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";

const [onSqlite] = databases;

describe("an event's link to log in", () => {
  let world: ApiWorld;
  const link = "https://gateway.example/connect/a.b.c";

  beforeAll(async () => {
    world = await newApiWorld(await onSqlite[1]());
    await world.addTenant("t", ["zebu"]);
    const { store, ports } = world;
    const data = { reason: "session_over", connect_url: link };
    await store.transaction((parts) =>
      recordEvent(parts, ports, "t", { type: "connection.login_needed", data }),
    );
    await store.transaction((parts) =>
      recordEvent(parts, ports, "t", { type: "connection.closed", data: {} }),
    );
  });
  afterAll(() => world.close());

  it.each([
    ["is withheld from an API key that may only read", ["read"], null],
    ["is shown to one that may connect", ["read", "connect"], link],
  ] as const)("%s", async (_, scopes, shown) => {
    const key = await world.newKey("t", scopes);
    const { status, body } = await world.call("GET", "/v1/events", { key });
    expect([status, body.items.map(({ data }: { data: unknown }) => data)]).toEqual([
      200,
      [{ reason: "session_over", connect_url: shown }, {}],
    ]);
  });
});
