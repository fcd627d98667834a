import { addressSeen } from "./adapters/brokers/ask-host.js";
import { egressOf, type Via } from "./flows/egress.js";
import type { App } from "./ports/apps.js";
import type { Connection } from "./ports/connections.js";
import type { Ports } from "./ports/ports.js";

/** How a broker is reached, and as whom it sees the gateway. */
export interface SeenAddress {
  /** The proxy, without its password; `null` where the gateway calls directly. */
  readonly egress: string | null;
  /** The address that calls come from; `null` where nobody tells it: no broker does, the sandbox does. */
  readonly address: string | null;
}

/** What the address is asked with. */
export interface SeenAddressParts {
  readonly ports: Pick<Ports, "vault" | "egress">;
  /** For an app without a proxy. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly sandboxUrl: string | undefined;
}

const timeoutMs = 10_000;

/**
 * The address that a sandbox sees when an app's broker is called, for a connection or for the app itself: by the proxy that the
 * calls go by, or directly. Run the sandbox on a host beyond the proxy and the router, and it is the one that brokers see.
 * @throws Problem `app_unusable` {field: `egress`}
 */
export async function seenAddress(
  { ports, fetch, sandboxUrl }: SeenAddressParts,
  app: App,
  connection?: Via & Pick<Connection, "egress">,
): Promise<SeenAddress> {
  const proxy = egressOf(ports, app, connection);
  const egress = connection?.egress ?? app.egress;
  if (sandboxUrl === undefined) return { egress, address: null };
  const parts = { fetch, egress: ports.egress, timeoutMs };
  return { egress, address: await addressSeen(sandboxUrl, proxy, parts) };
}
