import type { Traits } from "kunji";

/** A time of day at which every session of a broker's ends: the broker's own, or the exchanges' daily logout. */
export interface DailyEnd {
  /** `HH:mm`, on a clock so far ahead of UTC */
  readonly time: string;
  readonly utcOffset: string;
  readonly by: "broker" | "exchanges";
}

/** Settings of the kind `daily` are in India's time. */
const indiaOffset = "+05:30";

/**
 * The times of day at which sessions of an app end.
 * @param given the app's, by the names in the broker's traits; what is left out is as the traits have it by default
 */
export function dailyEnds(
  { dailyEnd, settings = {} }: Pick<Traits, "dailyEnd" | "settings">,
  given: Readonly<Record<string, string | number | false>>,
): readonly DailyEnd[] {
  const own: readonly DailyEnd[] = dailyEnd ? [{ ...dailyEnd, by: "broker" }] : [];
  const set = Object.entries(settings).flatMap(([name, { kind, byDefault }]): readonly DailyEnd[] => {
    const time = Object.hasOwn(given, name) ? given[name] : byDefault;
    return kind === "daily" && typeof time === "string"
      ? [{ time, utcOffset: indiaOffset, by: "exchanges" }]
      : [];
  });
  return [...own, ...set];
}
