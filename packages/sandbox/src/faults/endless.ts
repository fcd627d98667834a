import type { Fault } from "./fault.js";

export const endless: Fault = {
  name: "endless",
  kind: "transport",
  says: "The body begins well and never ends.",
  deliver: (answer) => ({ kind: "endless", answer }),
};
