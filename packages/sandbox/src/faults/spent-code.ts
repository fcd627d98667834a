import type { Fault } from "./fault.js";

export const spentCode: Fault = {
  name: "spent-code",
  kind: "identity",
  says: "The code was already used: somebody was faster.",
  applies: ({ grant }) => grant !== undefined,
  before({ grant, world }) {
    if (grant !== undefined) world.takeGrant(grant.broker, grant.code);
  },
};
