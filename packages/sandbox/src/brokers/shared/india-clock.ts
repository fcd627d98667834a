const DAY = 86_400_000;
/** India's clock is UTC+05:30 all year. */
const OFFSET = 19_800_000;

const isoInIndia = (ms: number): string => new Date(ms + OFFSET).toISOString();

/** `YYYY-MM-DD HH:mm:ss` on India's clock, for a moment in ms since 1970. */
export function indiaDateTime(ms: number): string {
  return isoInIndia(ms).slice(0, 19).replace("T", " ");
}

/** `HH:mm:ss DD-MM-YYYY` on India's clock, for a moment in ms since 1970. */
export function indiaTimeDate(ms: number): string {
  const iso = isoInIndia(ms);
  return `${iso.slice(11, 19)} ${iso.slice(8, 10)}-${iso.slice(5, 7)}-${iso.slice(0, 4)}`;
}

/** The first moment after `ms` at which India's clock shows `hour:minute`, in ms since 1970. */
export function nextIndiaTime(ms: number, hour: number, minute: number): number {
  const timeOfDay = (hour * 60 + minute) * 60_000;
  const midnight = Math.floor((ms + OFFSET) / DAY) * DAY - OFFSET;
  const today = midnight + timeOfDay;
  return today > ms ? today : today + DAY;
}
