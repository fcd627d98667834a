import type { Fault } from "./fault.js";
import { redirectToTrap } from "./redirect-to-trap.js";

export const redirect302: Fault = {
  name: "redirect-302",
  kind: "transport",
  says: "302 Found to another origin, where a trap writes down what arrives.",
  instead: redirectToTrap(302),
};
