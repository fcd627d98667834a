import type { LiveSession, World } from "../../broker.js";

/**
 * To be called when a session has opened one call: notes its use. The user whose session ends by a login
 * elsewhere gets this one call; every later one finds the session ended.
 */
export function noteServedCall(world: World, session: LiveSession): void {
  const user = session.username === null ? undefined : world.user(session.broker, session.username);
  if (user?.behaviour === "ended_elsewhere") world.endSession(session.id);
  else world.putSession({ ...session, usedAt: world.now() });
}
