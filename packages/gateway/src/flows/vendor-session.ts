import type { VendorSession, VendorStore } from "kunji";
import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";
import { clientOf } from "./app-client.js";
import { openAppKeys } from "./app-keys.js";
import { egressOf } from "./egress.js";
import { endVendorSession } from "./vendor-session-end.js";
import { type Patience, underLease } from "./vendor-session-lease.js";
import { renewVendorSession } from "./vendor-session-renewal.js";
import { openVendorSession } from "./vendor-session-row.js";

export { renewDueVendorSessions } from "./vendor-session-due.js";

/** The app's vendor session on file, as the SDK keeps one: made under a lease, one for all gateways. */
export function vendorStore(ports: Ports, app: App, patience?: Patience): VendorStore {
  const onFile = () => ports.store.vendorSessions.get(app.tenant, app.id);
  return {
    load: async () => openVendorSession(ports, await onFile()),
    async save(session) {
      const row = await onFile();
      const kept = openVendorSession(ports, row);
      if (row && session.loggedOut && kept?.token.reveal() === session.token.reveal())
        await endVendorSession(ports, app, row, null);
    },
    renew: (unusable) => renewVendorSession(ports, app, unusable, patience),
  };
}

/**
 * Logs the app's vendor session out at the broker, and marks every connection of the app.
 * @param key the API key's id that asked for it; `null` for the gateway itself
 * @throws Problem `not_found`, `vendor_session_absent`, `busy`; KunjiError `logout_refused` and others, and nothing is marked then
 */
export async function logOutVendor(
  ports: Ports,
  tenant: string,
  appId: string,
  key: string | null,
  patience?: Patience,
): Promise<void> {
  const app = await ports.store.apps.get(tenant, appId);
  if (!app) throw new Problem("not_found");
  const { broker } = app;
  const loggedOut = await underLease(
    ports,
    app,
    async () => undefined,
    async (row) => {
      const kept = openVendorSession(ports, row);
      if (!kept || kept.loggedOut) throw new Problem("vendor_session_absent", { broker });
      let marked = false;
      const save = async (session: VendorSession) => {
        if (session.loggedOut) marked = await endVendorSession(ports, app, row, key);
      };
      const client = clientOf(ports, app, openAppKeys(ports, app), {
        egress: egressOf(ports, app, undefined),
        vendorStore: { load: async () => kept, save },
      });
      await client.logoutVendor?.();
      return marked || undefined;
    },
    patience,
  );
  if (!loggedOut) throw new Problem("busy", { broker, retryAfterS: 5 });
}
