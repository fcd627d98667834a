import type { SandboxBroker } from "../broker.js";
import type { Core } from "../core.js";
import { Problem } from "../problem.js";

/**
 * The broker of this name.
 * @throws Problem with the list of names
 */
export function brokerNamed({ brokers }: Core, name: unknown, status: 400 | 404 = 400): SandboxBroker {
  const found = brokers.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const names = brokers.map(({ id }) => id).join(", ");
  throw new Problem(status, "unknown_broker", `There is no such broker. The brokers are: ${names}.`);
}
