import type { Fault } from "./fault.js";

export const resetMidBody: Fault = {
  name: "reset-mid-body",
  kind: "transport",
  says: "The connection is reset in the middle of the body.",
  deliver: (answer) => ({ kind: "reset", answer, sent: "half" }),
};
