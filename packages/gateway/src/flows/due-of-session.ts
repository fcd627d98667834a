import { endsAt, type Session } from "kunji";
import { jitter } from "../domain/jitter.js";
import { marketOf } from "../domain/market-days.js";
import { canBeRenewed } from "../domain/renewal.js";
import { nextDue } from "../domain/schedule.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";

/** What has been told and tried of a session already; nothing of a new one. */
export type Given = Pick<Connection, "warnedSoonAt" | "warnedEveningAt" | "reason">;

const nothingYet: Given = { warnedSoonAt: null, warnedEveningAt: null, reason: null };

/** When background work must look at a session next: the `dueAt` of its row. ms since 1970, UTC; `null` for never. */
export function dueOfSession(
  { brokers, markets, foresight, now, randomBytes }: Ports,
  session: Session,
  { warnedSoonAt, warnedEveningAt, reason }: Given = nothingYet,
): number | null {
  const traits = brokers.traits[session.broker];
  const end = endsAt(session, now());
  return nextDue({
    now: now(),
    startedAt: session.startedAt,
    endsAt: end.known ? end.at : null,
    warnedSoonAt,
    warnedEveningAt,
    refreshable: canBeRenewed({ traits, session, reason }, now()),
    foresight,
    market: markets[marketOf[traits.country]],
    jitter: jitter(randomBytes),
  });
}
