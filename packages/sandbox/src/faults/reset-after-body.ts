import type { Fault } from "./fault.js";

export const resetAfterBody: Fault = {
  name: "reset-after-body",
  kind: "transport",
  says: "The whole body comes, then the connection is reset instead of closed.",
  deliver: (answer) => ({ kind: "reset", answer, sent: "all" }),
};
