import type { Secret } from "kunji";
import type { OwnProxy } from "../adapters/database/open-look.js";
import { egressHost } from "../domain/egress-url.js";
import { egressOf } from "../flows/egress.js";
import type { App } from "../ports/apps.js";
import type { Vault } from "../ports/vault.js";
import { type SeenAddressParts, seenAddress } from "../seen-address.js";
import { type Found, ok, warn } from "./finding.js";

const loopback = /^(?:127\.|::1$|::ffff:127\.)/;
const far = "run the sandbox on a host beyond the router and the proxies, and it is the one that brokers see";

const seen = (way: string, address: string): Found =>
  ok(`The sandbox sees ${address} ${way}${loopback.test(address) ? `, since it runs here: ${far}` : ""}.`);

/** Why no address is told, and by whose fault. */
const unseen = {
  sandbox: (way: string) =>
    warn(
      `The sandbox does not tell which address it sees ${way}.`,
      "Look whether it runs and can be reached.",
    ),
  unopened: (way: string) =>
    warn(
      `Which address is seen ${way} can't be asked: it can't be opened with these keys.`,
      "Write it again.",
    ),
  refused: (way: string) =>
    warn(
      `Which address is seen ${way} can't be asked: it lies where the gateway may not go.`,
      "Take a proxy on the public internet, or set KUNJI_EGRESS_TARGETS=any.",
    ),
  unreachable: (way: string) =>
    warn(
      `Which address is seen ${way} can't be asked: it gives no tunnel to the sandbox, which answers directly.`,
      "Look whether the proxy runs, takes this password and lets the sandbox's host through.",
    ),
  either: (way: string) =>
    warn(
      `Which address is seen ${way} can't be asked: it gives no tunnel to the sandbox, which doesn't answer directly either.`,
      "Look first whether the sandbox runs, then at the proxy.",
    ),
} as const;

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
  const { sandboxUrl } = parts;
  if (sandboxUrl === undefined)
    return [ok(`No broker tells which address it sees. A sandbox does (KUNJI_SANDBOX_URL): ${far}.`)];
  const { origin } = new URL(sandboxUrl);
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
  const addressOf = ({ app, via }: Way) =>
    seenAddress({ ...parts, ports }, app, via).then(
      ({ address }) => address,
      () => null,
    );
  const directly = addressOf(direct);

  async function faultOf({ app, via }: Way): Promise<keyof typeof unseen> {
    let proxy: Secret | undefined;
    try {
      proxy = egressOf(ports, app, via);
    } catch {
      return "unopened";
    }
    const trial = proxy ? await parts.egress.try(proxy, origin) : "reached";
    if (trial === "reached") return "sandbox";
    return trial === "unreachable" && (await directly) === null ? "either" : trial;
  }

  return Promise.all(
    [direct, ...ways.values()].map(async (way) => {
      const address = await (way === direct ? directly : addressOf(way));
      return address === null ? unseen[await faultOf(way)](inWords(way)) : seen(inWords(way), address);
    }),
  );
}
