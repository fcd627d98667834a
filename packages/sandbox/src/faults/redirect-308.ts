import type { Fault } from "./fault.js";
import { redirectToTrap } from "./redirect-to-trap.js";

export const redirect308: Fault = {
  name: "redirect-308",
  kind: "transport",
  says: "308 Permanent Redirect to another origin, where a trap writes down what arrives.",
  instead: redirectToTrap(308),
};
