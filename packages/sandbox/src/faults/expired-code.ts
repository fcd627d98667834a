import type { Fault } from "./fault.js";

export const expiredCode: Fault = {
  name: "expired-code",
  kind: "identity",
  says: "The code is one second too old.",
  applies: ({ grant }) => grant !== undefined,
  before({ grant, world, broker }) {
    if (grant === undefined) return;
    const taken = world.takeGrant(grant.broker, grant.code);
    if (taken !== undefined) {
      world.putGrant({ ...taken, issuedAt: world.now() - broker.grantLifetimeMs - 1_000 });
    }
  },
};
