import type { OwnProxy } from "../adapters/database/open-look.js";
import { egressHost } from "../domain/egress-url.js";
import { egressOf } from "../flows/egress.js";
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

/** An app's way, or that of one of its connections. */
interface Way {
  readonly app: App;
  readonly via?: OwnProxy;
}

/** What tells one proxy from another: its whole URL, since one host may give each user an address. */
function proxyOf(vault: Vault, { app, via }: Way): string {
  try {
    return egressOf({ vault }, app, via)?.reveal() ?? "";
  } catch {
    return `unopened ${app.tenant} ${via?.id ?? app.id}`;
  }
}

function inWords({ app, via }: Way): string {
  const host = egressHost((via ?? app).egress);
  if (host === null) return "where calls go directly";
  return `by the proxy ${host}, of ${via ? `the connection ${via.id}` : `the app ${app.tenant}/${app.id}`}`;
}

/** Which address brokers see: that of each proxy, the connections' own among them, and that of this machine. */
export async function checkAddress(
  apps: readonly App[],
  own: readonly OwnProxy[],
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
  const direct: Way = { app: { egress: null, sealedEgress: null } as App };
  const ofApps = apps.flatMap((app): Way[] => (app.egress === null ? [] : [{ app }]));
  const ofConnections = own.flatMap((via): Way[] => {
    const app = apps.find(({ tenant, id }) => tenant === via.tenant && id === via.app);
    return app ? [{ app, via }] : [];
  });
  const ways = new Map<string, Way>();
  for (const way of vault ? [...ofApps, ...ofConnections] : []) {
    const proxy = proxyOf(ports.vault, way);
    if (!ways.has(proxy)) ways.set(proxy, way);
  }
  return Promise.all(
    [direct, ...ways.values()].map(async (way) => {
      const { address } = await seenAddress({ ...parts, ports }, way.app, way.via).catch(() => ({
        address: null,
      }));
      return told(inWords(way), address);
    }),
  );
}
