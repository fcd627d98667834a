import { createBrokers } from "../../../src/adapters/brokers/sdk-brokers.js";
import type { Ports } from "../../../src/ports/ports.js";
import { deferred } from "./deferred.js";
import { type LifetimeWorld, refreshPath, tenant } from "./lifetime-world.js";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The ports of a gateway that reaches the brokers by another `fetch`. */
export const reachingBy = ({ ports, sandboxUrl, now }: LifetimeWorld, fetch: Fetch): Ports => ({
  ...ports,
  store: { ...ports.store },
  brokers: createBrokers({ sandboxUrl, now, fetch, timeoutMs: 60_000 }),
});

/** A gateway that stops at a point of its renewals, until it is let go on. */
export interface Paused {
  readonly ports: Ports;
  /** It has come there. */
  readonly reached: Promise<void>;
  goOn(): void;
}

/** @param point before the renewal is sent, or once the broker has answered it */
export function pausedAt(world: LifetimeWorld, point: "before" | "behind"): Paused {
  const reached = deferred();
  const released = deferred();
  const ports = reachingBy(world, async (url, init) => {
    if (!url.endsWith(refreshPath)) return fetch(url, init);
    const answer = point === "behind" ? await fetch(url, init) : undefined;
    reached.resolve();
    await released.promise;
    return answer ?? fetch(url, init);
  });
  return { ports, reached: reached.promise, goOn: () => released.resolve() };
}

/** Lets the lease on a connection run out: who holds it is dead, or slept too long. */
export async function leaseRunsOut({ store, row }: LifetimeWorld, id: string): Promise<void> {
  const { leaseOwner } = await row(id);
  if (leaseOwner === null) throw new Error("nobody holds it");
  await store.connections.release(tenant, id, leaseOwner);
}
