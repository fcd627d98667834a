import type { BrokerId } from "kunji";
import { expect } from "vitest";
import type { Connection } from "../../../src/ports/connections.js";
import type { TestWorld } from "../../support/world.js";
import { callsAt, eventsOf, refusal, rowOf } from "./logins.js";

/** Expects one and the same refusal, with no call to the broker and nothing written of the connection. */
export async function expectNothing(
  world: TestWorld,
  broker: BrokerId,
  connection: Connection,
  forged: () => Promise<unknown>,
): Promise<void> {
  const before = {
    calls: await callsAt(world, broker),
    row: await rowOf(world, connection),
    events: await eventsOf(world, connection),
  };
  expect(await refusal(forged())).toBe("login_unknown");
  expect({
    calls: await callsAt(world, broker),
    row: await rowOf(world, connection),
    events: await eventsOf(world, connection),
  }).toEqual(before);
}
