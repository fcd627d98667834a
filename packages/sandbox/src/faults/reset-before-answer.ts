import type { Fault } from "./fault.js";

export const resetBeforeAnswer: Fault = {
  name: "reset-before-answer",
  kind: "transport",
  says: "The broker does its work, then the connection is reset before the first byte of the answer.",
  deliver: (answer) => ({ kind: "reset", answer, sent: "nothing" }),
};
