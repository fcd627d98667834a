import type { Fault } from "./fault.js";
import { redirectToTrap } from "./redirect-to-trap.js";

export const redirect307: Fault = {
  name: "redirect-307",
  kind: "transport",
  says: "307 Temporary Redirect to another origin, where a trap writes down what arrives.",
  instead: redirectToTrap(307),
};
