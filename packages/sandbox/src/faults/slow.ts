import { parseDuration } from "../duration.js";
import type { Fault } from "./fault.js";

export const slow: Fault = {
  name: "slow",
  kind: "transport",
  says: "The answer comes late: after 15 seconds on the wall's clock, or after `delay`.",
  deliver: (answer, { options }) => ({
    kind: "late",
    answer,
    ms: parseDuration(options.delay ?? "15s") ?? 0,
  }),
};
