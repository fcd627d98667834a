import { endsAt, type Session } from "kunji";
import type { Context } from "./context.js";
import type { Opened } from "./open-client.js";
import type { Place } from "./place.js";
import { noSession } from "./places-of.js";

/** The stored session. @throws Problem `session_missing`, `session_unreadable` */
export async function heldSession({ store }: Context, place: Place): Promise<Session> {
  const session = await store.session(place);
  if (!session) throw noSession(place);
  return session;
}

/** A session that ends within this time, in ms, is renewed before a call: a little more than the SDK's own margin. */
const renewMs = 65_000;

/**
 * The stored session, fit for a call: renewed where it is about to end, proven where it never was. What the broker
 * hands out on the way is stored at once, so that no failure of the call loses it.
 */
export async function readySession(context: Context, place: Place, opened: Opened): Promise<Session> {
  const { client, now } = opened;
  const signal = context.io.interrupted;
  let session = await heldSession(context, place);
  const keep = async (newer: Session) => {
    await context.store.saveSession(place, newer);
    session = newer;
  };
  const end = endsAt(session, now());
  if (client.refresh && end.known && end.at - now() <= renewMs) {
    try {
      await keep(await client.refresh(session, { signal }));
    } catch (error) {
      // Still alive: the call may go through all the same.
      if (endsAt(session, now()).ended) throw error;
    }
  }
  if (!session.confirmed) await keep(await client.prove(session, { signal }));
  return session;
}
