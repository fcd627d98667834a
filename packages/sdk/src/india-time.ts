/** India's clock is 5 h 30 min ahead of UTC, all year. */
export const indiaOffset = "+05:30";

const indiaMs = 19_800_000;
const written = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;

/**
 * The instant (ms since 1970, UTC) of `YYYY-MM-DD HH:mm:ss` on India's clock, in any process time zone.
 * `undefined` where the text is anything else, or names a day or an hour that there is not.
 */
export function indiaTime(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = (written.exec(text) ?? []).map(Number);
  if (!year || !month || !day || hour === undefined || minute === undefined || second === undefined)
    return undefined;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(wall).toISOString().slice(0, 19).replace("T", " ") === text ? wall - indiaMs : undefined;
}
