const minuteMs = 60_000;
const dayMs = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock on a wall in this zone shows at an instant: `2026-11-23 00:29:59`. Years from 1 to 9999. */
export function wall(zone: string, at: number): string {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat("sv-SE", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  formats.set(zone, format);
  return format.format(at);
}

/** The first instant after `after` at which the wall shows `time`: every minute is looked at until one does. */
export function nextByMinute(time: string, zone: string, after: number): number {
  let at = Math.floor(after / minuteMs) * minuteMs + minuteMs;
  while (wall(zone, at).slice(11) !== `${time}:00`) at += minuteMs;
  return at;
}

/** The same, found by its day: the wall's date today, else tomorrow, written out with the zone's offset and read. */
export function nextByDay(time: string, zone: string, offset: string, after: number): number {
  for (let day = after - dayMs; ; day += dayMs) {
    const date = wall(zone, day).slice(0, 10).padStart(10, "0");
    const at = Date.parse(`${date}T${time}:00${offset}`);
    if (at > after) return at;
  }
}
