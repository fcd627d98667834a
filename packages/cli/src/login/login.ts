import { KunjiError, type Session } from "kunji";
import type { Context } from "../context.js";
import type { Opened } from "../open-client.js";
import type { Place } from "../place.js";

/** One login in flight. */
export interface Login {
  readonly context: Context;
  readonly place: Place;
  readonly opened: Opened;
  /** Makes the session, proves it by the broker's first call, and stores it. */
  finish(make: () => Promise<Session>): Promise<Session>;
}

/** The broker did not say no to the proof: it gave no answer that could be read. */
const undecided = (error: unknown): error is KunjiError =>
  error instanceof KunjiError && (error.action === "retry_later" || error.action === "report");

/**
 * A session that the broker refuses is not kept. One that could not be proven is, as unconfirmed: its login can't be
 * repeated without the user, and the next call proves it first.
 */
export function loginAt(context: Context, place: Place, opened: Opened): Login {
  const { client } = opened;
  const { store, out } = context;
  const signal = context.io.interrupted;

  async function proven(session: Session): Promise<Session> {
    try {
      return await client.prove(session, { signal });
    } catch (error) {
      if (!undecided(error)) throw error;
      out.warn(
        `The first call gave no answer (${error.code}): the session is kept, and the next call proves it.`,
      );
      return { ...session, confirmed: false };
    }
  }

  return {
    context,
    place,
    opened,
    finish: (make) =>
      store.alone(place, async () => {
        const session = await proven(await make());
        await store.saveSession(place, session);
        await store.saveLastEnv(place.env);
        return session;
      }),
  };
}
