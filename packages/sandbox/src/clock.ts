import { indiaTime, isMoment } from "./moment.js";
import type { Store } from "./store/store.js";

export type ClockMode = "follow" | "offset" | "frozen";

/** `ms` is the distance to the clock on the wall (`offset`), the moment (`frozen`), or 0. */
interface State {
  readonly mode: ClockMode;
  readonly ms: number;
}

/** What `GET /_sandbox/clock` answers; `now` in ms since 1970. */
export interface ClockReading {
  readonly now: number;
  readonly iso: string;
  readonly india: string;
  readonly mode: ClockMode;
}

const following: State = { mode: "follow", ms: 0 };

/** The sandbox's clock: it follows the clock on the wall until it is moved or stopped. A restart keeps where it was. */
export function createClock(store: Store, wall: () => number) {
  const stored = store.getMeta("clock");
  let state: State = stored === undefined ? following : JSON.parse(stored);
  const now = (): number => (state.mode === "frozen" ? state.ms : Math.trunc(wall()) + state.ms);
  const set = (next: State): void => {
    state = next;
    store.setMeta("clock", JSON.stringify(next));
  };
  return {
    now,
    /**
     * Puts the clock to a moment. It ticks on from there, or stands still where `frozen`; without a word on it, it
     * does as before.
     * @throws RangeError outside the years 1970 to 9999
     */
    moveTo(ms: number, frozen = state.mode === "frozen"): void {
      if (!isMoment(ms)) throw new RangeError("outside the years 1970 to 9999");
      set(frozen ? { mode: "frozen", ms } : { mode: "offset", ms: ms - Math.trunc(wall()) });
    },
    /** Changes whenever the clock is moved, stopped or let go, and not by itself. */
    mark: (): string => `${state.mode} ${state.ms}`,
    /** Back to the clock on the wall. */
    follow: (): void => set(following),
    read(): ClockReading {
      const ms = now();
      return { now: ms, iso: new Date(ms).toISOString(), india: indiaTime(ms), mode: state.mode };
    },
  };
}
export type Clock = ReturnType<typeof createClock>;
