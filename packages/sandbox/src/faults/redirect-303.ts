import type { Fault } from "./fault.js";
import { redirectToTrap } from "./redirect-to-trap.js";

export const redirect303: Fault = {
  name: "redirect-303",
  kind: "transport",
  says: "303 See Other to another origin, where a trap writes down what arrives.",
  instead: redirectToTrap(303),
};
