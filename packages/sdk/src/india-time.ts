/** India's clock is 5 h 30 min ahead of UTC, all year. */
export const indiaOffset = "+05:30";

const indiaMs = 19_800_000;

/**
 * The instant (ms since 1970, UTC) of `YYYY-MM-DD HH:mm:ss` on India's clock, in any process time zone.
 * `undefined` where the text is anything else, or names a day or an hour that there is not.
 */
export function indiaTime(text: string): number | undefined {
  // A year of four digits: a later one is shown by another form, which the rest would take for a time without seconds.
  const wall = /^\d{4}-/.test(text) ? Date.parse(`${text.replace(" ", "T")}Z`) : Number.NaN;
  if (Number.isNaN(wall)) return undefined;
  const shown = new Date(wall).toISOString().slice(0, 19).replace("T", " ");
  return shown === text ? wall - indiaMs : undefined;
}
