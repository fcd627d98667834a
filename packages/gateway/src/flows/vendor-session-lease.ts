import { setTimeout as pause } from "node:timers/promises";
import { newToken } from "../domain/random-text.js";
import type { App } from "../ports/apps.js";
import type { LeaseWish } from "../ports/lease.js";
import type { Ports } from "../ports/ports.js";
import type { VendorSession as VendorRow } from "../ports/vendor-sessions.js";

/** How long one who finds the vendor session in another's hands waits for it. */
export interface Patience {
  readonly tries: number;
  /** Between two tries, in ms. */
  readonly pauseMs: number;
}

/** A little longer than a call to the broker may take. */
export const usualPatience: Patience = { tries: 60, pauseMs: 200 };

/** A lease of one minute; a call to the broker may take ten seconds. */
export const newLease = ({ randomBytes }: Pick<Ports, "randomBytes">): LeaseWish => ({
  owner: newToken(randomBytes).reveal(),
  ms: 60_000,
});

/** Gives a lease back. One that can't be given back ends by itself. */
export async function giveBack(
  { store }: Pick<Ports, "store">,
  { tenant, app, leaseOwner }: Pick<VendorRow, "tenant" | "app" | "leaseOwner">,
): Promise<void> {
  if (leaseOwner !== null) await store.vendorSessions.release(tenant, app, leaseOwner).catch(() => undefined);
}

/**
 * Does a work on the app's vendor session while nobody else does, and again until it has an outcome.
 * @param ready asked before each try: what somebody else has brought about meanwhile
 * @param work gets the row under its lease; `undefined` where the row has changed under its hands
 * @returns `undefined` where others held it, or changed it, all the time
 */
export async function underLease<T>(
  ports: Ports,
  { tenant, id }: Pick<App, "tenant" | "id">,
  ready: () => Promise<T | undefined>,
  work: (row: VendorRow) => Promise<T | undefined>,
  { tries, pauseMs }: Patience = usualPatience,
): Promise<T | undefined> {
  const { vendorSessions } = ports.store;
  for (let left = tries; left > 0; left--) {
    const found = await ready();
    if (found !== undefined) return found;
    const row = await vendorSessions.lease(tenant, id, { ...newLease(ports), at: ports.now() });
    if (row) {
      const outcome = await work(row).finally(() => giveBack(ports, row));
      if (outcome !== undefined) return outcome;
    }
    if (left > 1) await pause(pauseMs);
  }
  return undefined;
}
