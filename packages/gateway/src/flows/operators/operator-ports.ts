import type { Passwords } from "../../ports/passwords.js";
import type { Ports } from "../../ports/ports.js";
import type { SecondFactors } from "../../ports/second-factors.js";

/** What signing in needs besides the gateway's ports. */
export interface SignInPorts {
  readonly passwords: Passwords;
  readonly secondFactors: SecondFactors;
  /** The clock on the wall, ms since 1970, UTC: the demo's own clock is moved, and nobody is to be signed out by that. */
  readonly wall: () => number;
}

/** What the flows about operators work with. */
export type OperatorPorts = Pick<Ports, "store" | "vault" | "now" | "randomBytes"> & SignInPorts;
