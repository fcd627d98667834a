import type { SandboxBroker } from "../broker.js";

/** A `Host` header's name: lower case, without the port. */
export function hostName(host: string): string {
  const name = host.trim().toLowerCase();
  return name.startsWith("[")
    ? name.replace(/\](?::\d+)?$/, "]")
    : name.replace(/:\d+$/, "").replace(/\.$/, "");
}

/** True for an address or a name that never leaves the machine. */
export const isLoopback = (name: string): boolean =>
  name === "localhost" ||
  name.endsWith(".localhost") ||
  name === "::1" ||
  name === "[::1]" ||
  /^127(?:\.\d{1,3}){3}$/.test(name);

/** Finds the broker whose own host name a request names. */
export function brokersByHost(
  brokers: readonly SandboxBroker[],
): (host: string) => SandboxBroker | undefined {
  const byName = new Map(brokers.flatMap((broker) => broker.hosts.map((host) => [hostName(host), broker])));
  return (host) => byName.get(hostName(host));
}

/** The host that a request names: its header's, else its URL's. */
export const hostOf = (request: Request): string => request.headers.get("host") ?? new URL(request.url).host;
