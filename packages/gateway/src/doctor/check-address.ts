import { egressHost } from "../domain/egress-url.js";
import type { App } from "../ports/apps.js";
import type { Vault } from "../ports/vault.js";
import { type SeenAddressParts, seenAddress } from "../seen-address.js";
import { type Found, ok, warn } from "./finding.js";

const loopback = /^(?:127\.|::1$|::ffff:127\.)/;
const far = "run the sandbox on a host beyond the router and the proxies, and it is the one that brokers see";

function told(way: string, address: string | null): Found {
  if (address === null)
    return warn(
      `The sandbox does not tell which address it sees ${way}.`,
      "Look whether it runs and can be reached.",
    );
  return ok(
    `The sandbox sees ${address} ${way}${loopback.test(address) ? `, since it runs here: ${far}` : ""}.`,
  );
}

/** Which address brokers see: that of each proxy, and that of this machine. */
export async function checkAddress(
  apps: readonly App[],
  {
    vault,
    ...parts
  }: Omit<SeenAddressParts, "ports"> & {
    readonly vault: Pick<Vault, "open"> | undefined;
    readonly egress: SeenAddressParts["ports"]["egress"];
  },
): Promise<readonly Found[]> {
  if (parts.sandboxUrl === undefined)
    return [ok(`No broker tells which address it sees. A sandbox does (KUNJI_SANDBOX_URL): ${far}.`)];
  const ports = { vault: (vault ?? {}) as Vault, egress: parts.egress };
  const direct = { egress: null, sealedEgress: null } as App;
  const proxied = new Map(apps.flatMap((app) => (app.egress === null ? [] : [[app.egress, app]])));
  const asked = [direct, ...(vault ? proxied.values() : [])].map(async (app) => {
    const way = app.egress === null ? "where calls go directly" : `by the proxy ${egressHost(app.egress)}`;
    const { address } = await seenAddress({ ...parts, ports }, app).catch(() => ({ address: null }));
    return told(way, address);
  });
  return Promise.all(asked);
}
