import type { Grant, World } from "../../broker.js";

/** One day, in ms: longer than any code lives. */
const KEPT_MS = 86_400_000;

/** Puts a grant issued now, and drops those that nobody came for within a day. */
export function putNewGrant(world: World, grant: Omit<Grant, "issuedAt">): void {
  const now = world.now();
  for (const { code, issuedAt } of world.grants(grant.broker))
    if (now - issuedAt > KEPT_MS) world.takeGrant(grant.broker, code);
  world.putGrant({ ...grant, issuedAt: now });
}
