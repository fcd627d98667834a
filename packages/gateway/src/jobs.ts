import type { Job } from "./background.js";
import { closeEndedTenants } from "./flows/close-ended-tenants.js";
import { deliverDue } from "./flows/deliver-webhooks.js";
import { expireLogins } from "./flows/expire-logins.js";
import { type AbsenceWarning, createAbsenceWarning, createKeyFollower } from "./flows/follow-keys.js";
import { anchorAudits, eraseOldHistory, type HistoryLife } from "./flows/keep-history.js";
import { lookAfterDue } from "./flows/look-after.js";
import { carryRotationOn } from "./flows/rotate-keys.js";
import { renewDueVendorSessions } from "./flows/vendor-session.js";
import type { Ports } from "./ports/ports.js";
import type { WebhookSender } from "./ports/webhook-sender.js";

function rotationJob(ports: Ports, absent: AbsenceWarning): Job["run"] {
  const owner = `gateway-${Buffer.from(ports.randomBytes(8)).toString("hex")}`;
  return (stopping) => carryRotationOn(ports, { owner, absent }, stopping);
}

/** What the gateway does by itself. Any number of gateways share the work of one database. */
export function jobsOf(ports: Ports, sender: WebhookSender, life: HistoryLife): readonly Job[] {
  const warnOfAbsence = createAbsenceWarning(ports.signals.warn, ports.monotonicMs);
  const keys = createKeyFollower(ports, warnOfAbsence);
  /** What needs sealed values is left to gateways that can open them: one that can't would only hold it up. */
  const opening =
    (run: Job["run"]): Job["run"] =>
    async (stopping) =>
      keys.lacks() ? 0 : run(stopping);
  return [
    { name: "look_after", everyMs: 1_000, run: opening((stopping) => lookAfterDue(ports, stopping)) },
    { name: "deliver", everyMs: 1_000, run: opening((stopping) => deliverDue(ports, sender, stopping)) },
    { name: "expire_logins", everyMs: 10_000, run: () => expireLogins(ports) },
    { name: "vendor_sessions", everyMs: 30_000, run: opening(() => renewDueVendorSessions(ports)) },
    { name: "ended_tenants", everyMs: 10_000, run: opening(() => closeEndedTenants(ports)) },
    { name: "erase_history", everyMs: 600_000, run: () => eraseOldHistory(ports, life) },
    { name: "anchor_audits", everyMs: 600_000, run: () => anchorAudits(ports) },
    { name: "keys", everyMs: 1_000, run: keys.look },
    { name: "rotation", everyMs: 1_000, run: rotationJob(ports, warnOfAbsence) },
  ];
}
