import { type Country, clockIn, dayIn } from "./zones.js";

/** Where moments lie in a picture, in percent of its width. Times are ms since 1970, UTC. */
export interface DayScale {
  readonly from: number;
  readonly until: number;
  /** A moment's place; what lies outside is moved to the edge. */
  place(at: number): number;
  /** From one moment to another, as far as it lies within: `undefined` where nothing of it does. */
  span(from: number, until: number): { readonly x: number; readonly width: number } | undefined;
}

const rounded = (percent: number): number => Math.round(percent * 100) / 100;

export function dayScale(from: number, until: number): DayScale {
  const place = (at: number): number =>
    rounded((Math.min(Math.max(at, from), until) - from) / ((until - from) / 100));
  return {
    from,
    until,
    place,
    span(begin, end) {
      const x = place(begin);
      const width = rounded(place(end) - x);
      return end > from && begin < until && width > 0 ? { x, width } : undefined;
    },
  };
}

/** A mark on a clock's scale. */
export interface Tick {
  readonly x: number;
  /** `undefined` where something else is written there */
  readonly clock: string | undefined;
  /** The day that begins there. */
  readonly day: string | undefined;
}

const hour = 3_600_000;
/** How wide the picture is at least, in px, and how much of it a time of day takes. */
const leastWidth = 704;
const clockWidth = 42;
const dayWidth = 76;

/** Every how many hours a time is written, so that none runs into the next. */
function hoursApart({ from, until }: DayScale): number {
  const wide = (leastWidth * hour) / (until - from);
  return [1, 2, 3, 4, 6, 12].find((hours) => hours * wide >= clockWidth) ?? 24;
}

/** So many percent of the picture a text of so many px takes, at most. */
export const percentOf = (px: number): number => (px / leastWidth) * 100;

/**
 * The hours of a country's clock along the picture, its days where they begin.
 * @param free a place, in percent, that is kept free of times
 */
export function ticksOf(scale: DayScale, country: Country, free: readonly number[] = []): readonly Tick[] {
  const apart = hoursApart(scale);
  const ticks: Tick[] = [];
  // A clock may stand half an hour off UTC's.
  for (let at = Math.ceil(scale.from / hour) * hour - hour / 2; at <= scale.until; at += hour / 2) {
    const clock = clockIn(country, at);
    if (at < scale.from || !clock.endsWith(":00")) continue;
    const x = scale.place(at);
    const near = [0, 100].some((edge) => Math.abs(x - edge) < percentOf(clockWidth / 2));
    const taken = near || free.some((place) => Math.abs(x - place) < percentOf(clockWidth));
    if (Number(clock.slice(0, 2)) % apart !== 0) continue;
    ticks.push({
      x,
      clock: taken ? undefined : clock,
      day: clock === "00:00" && x < 100 - percentOf(dayWidth) ? dayIn(country, at) : undefined,
    });
  }
  // The day that has begun before, unless the next one stands in its place.
  const first = ticks.find(({ day }) => day !== undefined)?.x ?? 100;
  const begun = first > percentOf(dayWidth) ? dayIn(country, scale.from) : undefined;
  return begun === undefined ? ticks : [{ x: 0, clock: undefined, day: begun }, ...ticks];
}
