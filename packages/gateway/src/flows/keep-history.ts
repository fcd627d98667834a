import type { Ports } from "../ports/ports.js";
import { recordEvent } from "./record-event.js";

/** How long what has happened is kept, in ms. */
export interface HistoryLife {
  readonly eventsMs: number;
  readonly auditMs: number;
}

type HistoryPorts = Pick<Ports, "store" | "now" | "randomBytes">;

/** Rows of a tenant that are erased in one transaction, and tenants that are looked up at once. */
const batch = 1_000;
/** How old an anchor may get while the audit grows, in ms. */
const anchorMs = 24 * 3_600_000;

async function eraseAudit({ store, now }: HistoryPorts, tenant: string, before: number): Promise<number> {
  return store.transaction(async (parts) => {
    const place = await parts.audit.erase(tenant, before, batch);
    if (!place) return 0;
    const facts = { through: place.sequence, hash: place.hash };
    const record = { at: now(), key: null, action: "audit.erase", kind: "audit", id: tenant, facts } as const;
    await parts.audit.append(tenant, record);
    return 1;
  });
}

/** Erases events with their deliveries, and records of the audit, that have had their time. Answers how many steps it took. */
export async function eraseOldHistory(
  ports: HistoryPorts,
  { eventsMs, auditMs }: HistoryLife,
): Promise<number> {
  const { store, now } = ports;
  const [eventsBefore, auditBefore] = [now() - eventsMs, now() - auditMs];
  let done = 0;
  for (const tenant of await store.dueWork.tenantsWithOld("events", eventsBefore, batch))
    if ((await store.events.erase(tenant, eventsBefore, batch)) > 0) done += 1;
  for (const tenant of await store.dueWork.tenantsWithOld("audit", auditBefore, batch))
    done += await eraseAudit(ports, tenant, auditBefore);
  return done;
}

/** Sends the place of each audit's head abroad, once a day where it has grown: a cut or rewritten chain misses it. */
export async function anchorAudits(ports: HistoryPorts): Promise<number> {
  const { store, now } = ports;
  const before = now() - anchorMs;
  const tenants = await store.dueWork.tenantsToAnchor(before, batch);
  let anchored = 0;
  for (const tenant of tenants)
    anchored += await store.transaction(async (parts) => {
      const head = await parts.audit.anchor(tenant, before, now());
      if (!head) return 0;
      await recordEvent(parts, ports, tenant, { type: "audit.anchored", data: { ...head } });
      return 1;
    });
  return anchored;
}
