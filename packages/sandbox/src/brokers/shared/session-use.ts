import type { LiveSession, World } from "../../broker.js";

/** Notes that a session has opened a call, at this moment on the sandbox's clock. */
export function noteUse(world: World, session: LiveSession): void {
  world.putSession({ ...session, usedAt: world.now() });
}
