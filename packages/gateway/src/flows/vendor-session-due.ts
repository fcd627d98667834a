import { KunjiError } from "kunji";
import { Problem } from "../domain/problem.js";
import type { Ports } from "../ports/ports.js";
import type { VendorSession as VendorRow } from "../ports/vendor-sessions.js";
import { giveBack, newLease } from "./vendor-session-lease.js";
import { signVendorIn } from "./vendor-session-renewal.js";

/** A vendor session is renewed when less than this is left of it, in ms. */
const aheadMs = 60 * 60_000;
/** After a try that failed, the next one waits so long, in ms: a call or a login doesn't. */
const againMs = 5 * 60_000;
/** So many are renewed at once; so often, one after another, that the first one's lease still lives. */
const batch = 16;
const batches = 4;

async function renewDue(ports: Ports, row: VendorRow): Promise<boolean> {
  const since = ports.now() - (row.triedAt ?? 0);
  if (since >= 0 && since < againMs) return false;
  try {
    const app = await ports.store.apps.get(row.tenant, row.app);
    return app !== undefined && (await signVendorIn(ports, app, row)) !== undefined;
  } catch (error) {
    if (!(error instanceof KunjiError || error instanceof Problem)) throw error;
    ports.signals.warn("vendor_login_failed", { app: row.app, code: error.code });
    return false;
  }
}

/**
 * Renews the vendor sessions that end within an hour and that connections live by; answers how many. What fails is tried
 * again after five minutes.
 */
export async function renewDueVendorSessions(ports: Ports): Promise<number> {
  const held: VendorRow[] = [];
  let renewed = 0;
  try {
    for (let round = 0; round < batches; round++) {
      const endsBefore = ports.now() + aheadMs;
      const wish = { ...newLease(ports), endsBefore, limit: batch };
      const due = await ports.store.dueWork.claimVendorSessions(wish);
      held.push(...due);
      const outcomes = await Promise.allSettled(due.map((row) => renewDue(ports, row)));
      const failed = outcomes.find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
      renewed += outcomes.filter((outcome) => outcome.status === "fulfilled" && outcome.value).length;
      if (due.length < batch) break;
    }
  } finally {
    // Not before the last round: what failed would be claimed again.
    await Promise.all(held.map((row) => giveBack(ports, row)));
  }
  return renewed;
}
