import type { Fault } from "./fault.js";
import { redirectToTrap } from "./redirect-to-trap.js";

export const redirect301: Fault = {
  name: "redirect-301",
  kind: "transport",
  says: "301 Moved Permanently to another origin, where a trap writes down what arrives.",
  instead: redirectToTrap(301),
};
