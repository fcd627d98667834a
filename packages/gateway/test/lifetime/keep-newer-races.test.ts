import type { Session } from "kunji";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepNewer } from "../../src/flows/keep-newer.js";
import type { Connection } from "../../src/ports/connections.js";
import type { Ports } from "../../src/ports/ports.js";
import type { StoreParts } from "../../src/ports/store.js";
import { databases } from "../support/databases.js";
import { hearChanges } from "../support/hear-changes.js";
import { hour, type LifetimeWorld, newLifetimeWorld, tenant } from "./support/lifetime-world.js";
import { called, keyOf } from "./support/newer-values.js";

const [[, onFile]] = databases;

describe("newer values that are written back while others write", () => {
  let world: LifetimeWorld;
  let connection: Connection;
  let newer: Session;
  let heard: readonly string[];
  beforeEach(async () => {
    world = await newLifetimeWorld(await onFile());
    connection = await world.connect("nuvama", "a");
    await world.connect("nuvama", "b");
    world.advance(hour);
    newer = await called(world, "a");
    ({ heard } = await hearChanges(world.store));
  });
  afterEach(() => world.close());

  /** Ports of a gateway to which another one comes first for so many times, with the session that is on file. */
  function comingSecond(times: number): Ports {
    let left = times;
    const seal: Ports["vault"]["seal"] = async (slot, text) => {
      if (slot.id === "a" && left-- > 0) await world.keep("a", (await world.session("a")) as Session);
      return world.ports.vault.seal(slot, text);
    };
    return { ...world.ports, vault: { ...world.ports.vault, seal } };
  }

  it("are written once it is their turn, to each connection once, and told of once", async () => {
    const kept = await keepNewer(comingSecond(1), connection, newer);
    expect(kept).toMatchObject({ id: "a", generation: 3 });
    expect(await world.row("b")).toMatchObject({ generation: 2 });
    for (const id of ["a", "b"]) expect(await keyOf(world, id)).toBe(newer.secrets.appIdKey?.reveal());
    expect(heard).toEqual([`${tenant} connection a`, `${tenant} connection b`]);
  });

  it("are written after four that came first, and given up after five", async () => {
    const before = await keyOf(world, "a");
    expect(await keepNewer(comingSecond(9), connection, newer)).toMatchObject({ generation: 6 });
    expect(await keyOf(world, "a")).toBe(before);
    expect(heard).toEqual([]);
    expect(await keepNewer(comingSecond(4), connection, newer)).toMatchObject({ generation: 11 });
    expect(await keyOf(world, "a")).toBe(newer.secrets.appIdKey?.reveal());
  });

  it("are written with one look at the connection where nobody else writes, and all of them held", async () => {
    const done: string[] = [];
    const { store } = world;
    const connections: typeof store.connections = {
      ...store.connections,
      get(...wish) {
        done.push("read");
        return store.connections.get(...wish);
      },
    };
    const transaction = <T>(work: (parts: StoreParts) => Promise<T>) =>
      store.transaction((parts) => {
        const hold: typeof parts.connections.hold = (of, ids) => {
          done.push(`hold ${ids.join(" ")}`);
          return parts.connections.hold(of, ids);
        };
        const putSession: typeof parts.connections.putSession = (of, id, ...rest) => {
          done.push(`write ${id}`);
          return parts.connections.putSession(of, id, ...rest);
        };
        return work({ ...parts, connections: { ...parts.connections, hold, putSession } });
      });
    const ports = { ...world.ports, store: { ...store, connections, transaction } };
    expect(await keepNewer(ports, connection, newer)).toMatchObject({ tenant, id: "a", generation: 2 });
    expect(done).toEqual(["read", "hold a b", "write a", "write b"]);
  });
});
