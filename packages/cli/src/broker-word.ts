import { KunjiError } from "kunji";
import type { Context } from "./context.js";
import type { Place } from "./place.js";
import { Problem } from "./problem.js";

/** The broker has answered that the session is over: an error of ours, by the clock alone, has no status. */
const over = (error: unknown): boolean =>
  error instanceof KunjiError &&
  (error.code === "login_needed" || error.code === "refresh_refused") &&
  error.status !== undefined;

/** Does the work with a session. Where the broker says that the session is over, that is kept with it, for `status`. */
export async function heedingBroker<T>(
  { store, out }: Context,
  place: Place,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (over(error)) {
      try {
        await store.endSession(place, "broker_word");
      } catch (unkept) {
        if (!(unkept instanceof Problem)) throw unkept;
        out.warn(`That the session is over could not be kept. ${unkept.message}`);
      }
    }
    throw error;
  }
}
