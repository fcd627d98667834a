import type { Due } from "../adapters/database/open-look.js";
import { type Found, fault, inWords, ok, warn } from "./finding.js";

const lateMs = 30_000;
const tooLateMs = 300_000;

const kinds = {
  connections: "A session's renewal or warning",
  deliveries: "A webhook's delivery",
  vendorSessions: "A vendor session's renewal",
} as const satisfies Readonly<Record<keyof Due, string>>;

/** Whether work that is due gets done. @param now the database's, in ms */
export function checkDueWork(due: Due, now: number): readonly Found[] {
  const late = (Object.keys(kinds) as (keyof Due)[]).flatMap((kind) => {
    const since = due[kind];
    if (since === null || now - since <= lateMs) return [];
    const says = `${kinds[kind]} has been due for ${inWords(now - since)}.`;
    const next =
      "Look whether a gateway runs and whether its log says job_failed; if neither helps, start another one.";
    return [now - since > tooLateMs ? fault(says, next) : warn(says, next)];
  });
  return late.length > 0 ? late : [ok("Nothing that is due waits.")];
}
