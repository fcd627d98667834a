import { type Clock, type End, endsAt, type Session } from "kunji";

const at = (ms: number, year: boolean, timeZone?: string): string =>
  new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "2-digit",
    month: "short",
    ...(year ? { year: "numeric" } : {}),
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(timeZone === undefined ? {} : { timeZone }),
  })
    .format(ms)
    .replaceAll(",", "");

/** The last moment that a Date holds, in ms. */
const furthest = 8.64e15;
const isDate = (ms: number) => Math.abs(ms) <= furthest;

/**
 * A moment on this machine's clock and on India's: `Sat 21 Nov 19:00 (Sun 22 Nov 00:30 in India)`. The year is shown
 * where it is another one than `now`'s.
 */
export function moment(ms: number, now: number): string {
  if (!isDate(ms)) return "a moment that no calendar holds";
  const year = !isDate(now) || new Date(ms).getFullYear() !== new Date(now).getFullYear();
  const here = at(ms, year);
  const india = at(ms, year, "Asia/Kolkata");
  return here === india ? `${here} in India` : `${here} (${india} in India)`;
}

/** `2 d 3 h`, `3 h 5 min`, `4 min`, `30 s` */
export function length(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

function clockOfEnd(clocks: readonly Clock[], why: "broker" | "exchanges" | "idle"): string {
  const clock = clocks.find((one) => (one.kind === "daily" ? one.by : one.kind) === why);
  if (clock?.kind === "idle") return length(clock.ms).replace(" 0 min", "");
  return clock?.kind === "daily" ? `${clock.time} (UTC${clock.utcOffset})` : "";
}

/** Why a session ends when it does. */
export function reason(end: End, { clocks }: Session): string {
  if (!end.known) return "the broker does not say when it ends";
  const { why } = end;
  if (why === "moment") return "the broker's token ends then";
  const clock = clockOfEnd(clocks, why);
  if (why === "idle") return `${clock} without a call`;
  return why === "broker"
    ? `the broker ends every session at ${clock}`
    : `the exchanges' daily logout at ${clock}`;
}

export type State = "live" | "ends soon" | "renews" | "unconfirmed" | "end unknown" | "ended";

const soonMs = 15 * 60_000;

/** What a session is good for. `renews`: it has ended or soon does, and the next call renews it without the user. */
export function stateOf(session: Session, now: number, renews: boolean): State {
  const end = endsAt(session, now);
  const near = end.known && end.at - now <= soonMs;
  const refreshable = renews && (session.refreshEndsAt === undefined || session.refreshEndsAt > now);
  if (!session.confirmed && !end.ended) return "unconfirmed";
  if (!end.known) return "end unknown";
  if (near && refreshable) return "renews";
  return end.ended ? "ended" : near ? "ends soon" : "live";
}

/** A session for `--json`; it holds no secret. */
export function sessionFacts(session: Session, now: number) {
  const end = endsAt(session, now);
  return {
    account: session.account ?? null,
    ends_at: end.known && isDate(end.at) ? new Date(end.at).toISOString() : null,
    why: end.known ? end.why : null,
    why_text: reason(end, session),
    seconds_left: end.known ? Math.max(0, Math.floor((end.at - now) / 1000)) : null,
  };
}
