import { KunjiError, type Secret, type VendorSession } from "kunji";
import { isoOf } from "../domain/iso-time.js";
import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";
import type { Store } from "../ports/store.js";
import type { VendorSession as VendorRow } from "../ports/vendor-sessions.js";
import { clientOf } from "./app-client.js";
import { openAppKeys } from "./app-keys.js";
import { egressOf } from "./egress.js";
import { recordEvent } from "./record-event.js";
import { type Patience, underLease } from "./vendor-session-lease.js";
import { openVendorSession, sealVendorSession, undoesLogout } from "./vendor-session-row.js";

/** One that another has made serves whoever waits if at least this is left of it, in ms: a login takes that long. */
const lastingMs = 10 * 60_000;

/**
 * Logs the vendor in, for a row that the caller holds the lease of, and stores it as the next generation. The try is
 * written down first. A login whose outcome is unknown may be sent again: older vendor sessions live on.
 * @returns `undefined` where the row was taken or changed by others
 */
export async function signVendorIn(
  ports: Ports,
  app: App,
  { tenant, app: id, leaseOwner, generation }: VendorRow,
): Promise<VendorSession | undefined> {
  const client = clientOf(ports, app, openAppKeys(ports, app), {
    egress: egressOf(ports, app, undefined),
  });
  const { store } = ports;
  const attempt = { generation, what: "login", at: ports.now() };
  if (!(await store.vendorSessions.noteTry(tenant, id, leaseOwner ?? "", attempt))) return undefined;
  const session = await client.loginVendor?.();
  if (!session) throw new Problem("vendor_session_absent", { broker: app.broker });
  const sealedSession = await sealVendorSession(ports, tenant, id, session);
  const { endsAt } = session;
  return store.transaction(async (parts) => {
    const at = ports.now();
    if (!(await parts.vendorSessions.put(tenant, id, generation, { sealedSession, endsAt, at })))
      return undefined;
    await parts.changes.announce({ tenant, kind: "vendor_session", id });
    const data = { app: id, ends_at: isoOf(endsAt) };
    await recordEvent(parts, ports, tenant, { type: "vendor_session.started", data });
    return session;
  });
}

async function renewed(
  ports: Ports,
  app: App,
  unusable: Secret | undefined,
  patience: Patience | undefined,
): Promise<VendorSession> {
  const { tenant, id, broker } = app;
  const usable = (row: VendorRow | undefined): VendorSession | undefined => {
    const kept = openVendorSession(ports, row);
    const serves = kept && !kept.loggedOut && kept.endsAt - ports.now() > lastingMs;
    return serves && kept.token.reveal() !== unusable?.reveal() ? kept : undefined;
  };
  const session = await underLease(
    ports,
    app,
    async () => usable(await ports.store.vendorSessions.get(tenant, id)),
    async (row) => {
      if (row.loggedOutAt !== null && !undoesLogout(unusable))
        throw new KunjiError("login_needed", { broker, field: "vendor" });
      return usable(row) ?? signVendorIn(ports, app, row);
    },
    patience,
  );
  if (!session) throw new Problem("busy", { broker, retryAfterS: 5 });
  return session;
}

const running = new WeakMap<Store, Map<string, Promise<VendorSession>>>();

/** What is being made for an app in this process. A login and a call are kept apart: only the one may undo a logout. */
function flightsOf({ store }: Ports): Map<string, Promise<VendorSession>> {
  const flights = running.get(store) ?? new Map<string, Promise<VendorSession>>();
  running.set(store, flights);
  return flights;
}

/**
 * Another vendor session than the one that can't be used: the one that somebody has made meanwhile, else a new one. All
 * who ask at once, in this and in other gateways, get the same.
 * @throws KunjiError `login_needed` after a deliberate logout, but for a login; what the vendor's login throws
 * @throws Problem `busy` where another gateway is at it for too long; `app_unusable`
 */
export async function renewVendorSession(
  ports: Ports,
  app: App,
  unusable: Secret | undefined,
  patience?: Patience,
): Promise<VendorSession> {
  const flights = flightsOf(ports);
  const key = JSON.stringify([app.tenant, app.id, undoesLogout(unusable)]);
  for (let flight = flights.get(key); flight; flight = flights.get(key)) {
    const joined = await flight;
    if (joined.token.reveal() !== unusable?.reveal()) return joined;
  }
  const flight = renewed(ports, app, unusable, patience).finally(() => flights.delete(key));
  flights.set(key, flight);
  return flight;
}
