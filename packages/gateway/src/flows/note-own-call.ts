import type { BrokerId } from "kunji";
import { classifyCall, knownCalls } from "kunji/calls";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";

/** The broker's own pattern of a path that it is known to take, such as `/orders/{}`; `unknown` for any other. */
function pathClass(broker: BrokerId, method: string, path: string): string {
  const asked = path.replace(/[?#].*$/s, "").split("/");
  const fits = (pattern: string): boolean => {
    const parts = pattern.split("/");
    return parts.length === asked.length && parts.every((part, i) => part === "{}" || part === asked[i]);
  };
  return knownCalls[broker].find(([by, pattern]) => by === method && fits(pattern))?.[1] ?? "unknown";
}

/**
 * Writes down that an operator sends a call which may order or move money, before it goes out. Of what was typed it keeps the
 * kind of call and the pattern of its path: no body, and nothing that isn't in the list of known calls.
 * @throws StoreProblem
 */
export async function noteOwnCall(
  { store, now }: Pick<Ports, "store" | "now">,
  { tenant, id, broker }: Connection,
  { method, path }: { readonly method: string; readonly path: string },
  operator: string,
): Promise<void> {
  const facts = { call: classifyCall(broker, method, path), path: pathClass(broker, method, path) };
  const record = { at: now(), key: operator, kind: "connection", id, facts } as const;
  await store.audit.append(tenant, { ...record, action: "connection.call" });
}
