import { randomBytes } from "node:crypto";
import { createPasswords } from "../../src/adapters/operators/argon2-passwords.js";
import { createSecondFactors } from "../../src/adapters/operators/totp.js";
import type { SignInPorts } from "../../src/flows/operators/operator-ports.js";

/** What signing in needs, with a test's own clock; ms since 1970, UTC. */
export const signInPorts = (wall: () => number): SignInPorts => ({
  passwords: createPasswords({ randomBytes }),
  secondFactors: createSecondFactors({ randomBytes }),
  wall,
});
