import { type BrokerId, brokers, type Secret } from "kunji";
import { hostAnswers } from "../adapters/brokers/ask-host.js";
import type { ListedEnvironments } from "../adapters/brokers/sdk-brokers.js";
import type { OwnProxy } from "../adapters/database/open-look.js";
import { egressHost } from "../domain/egress-url.js";
import { egressOf } from "../flows/egress.js";
import type { App } from "../ports/apps.js";
import type { Egress } from "../ports/egress.js";
import type { Vault } from "../ports/vault.js";
import { type Found, fault, NotChecked, ok, warn } from "./finding.js";

/** What brokers are reached with. */
export interface BrokerParts {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly egress: Pick<Egress, "try" | "fetch">;
  /** `undefined` where the keys can't be read here: then no proxy's password is known. */
  readonly vault: Pick<Vault, "open"> | undefined;
  readonly sandboxUrl: string | undefined;
  readonly listed: ListedEnvironments;
  readonly timeoutMs: number;
}

/** One way to one broker, with the apps that go it. */
interface Way {
  readonly broker: BrokerId;
  readonly origin: string;
  readonly proxy: Secret | undefined;
  readonly shown: string;
  readonly apps: string[];
}

const nameOf = ({ tenant, id }: Pick<App, "tenant" | "id">): string => `${tenant}/${id}`;

function originOf({ broker, environment }: App, { sandboxUrl, listed }: BrokerParts): string | undefined {
  if (environment === "sandbox" && sandboxUrl !== undefined) return sandboxUrl;
  const all = { ...listed[broker], ...brokers[broker].traits.environments };
  const origins = Object.hasOwn(all, environment) ? all[environment] : undefined;
  return origins && new URL(origins.api).origin;
}

async function reach(way: Way, { fetch, egress, timeoutMs }: BrokerParts): Promise<Found> {
  const { broker, origin, proxy, shown, apps } = way;
  const name = `${brokers[broker].traits.name} (${new URL(origin).host})`;
  const by = proxy ? ` by the proxy ${shown}` : "";
  const of = `Apps: ${apps.slice(0, 5).join(", ")}${apps.length > 5 ? ` and ${apps.length - 5} more` : ""}.`;
  const trial = proxy ? await egress.try(proxy, origin) : "reached";
  if (trial === "refused")
    return fault(
      `${name} is not reached${by}: it lies where the gateway may not go. ${of}`,
      "Give the app a proxy on the public internet, or set KUNJI_EGRESS_TARGETS=any.",
    );
  if (trial === "unreachable")
    return fault(
      `${name} is not reached${by}: it gives no tunnel. ${of}`,
      "Look whether the proxy runs, takes this password and lets this host through.",
    );
  const answers = await hostAnswers(origin, proxy, { fetch, egress, timeoutMs });
  if (answers === true) return ok(`${name} answers${by}. ${of}`);
  return fault(
    `${name} does not answer${by} (${answers}). ${of}`,
    "Look at this machine's network, firewall and resolver, and whether the broker lets this address in.",
  );
}

/** Reads where each app's calls go. */
function waysOf(apps: readonly App[], own: readonly OwnProxy[], parts: BrokerParts) {
  const ways = new Map<string, Way>();
  const found: Found[] = [];
  const add = (app: App, via: OwnProxy | undefined): void => {
    const origin = originOf(app, parts);
    const egress = via ? via.egress : app.egress;
    if (origin === undefined) {
      if (!via)
        found.push(
          fault(
            `${nameOf(app)}: there is no environment ${app.environment} any more.`,
            `${app.environment === "sandbox" ? "Set KUNJI_SANDBOX_URL again" : "Put it back into KUNJI_ENVIRONMENTS"}, or write the app with another one.`,
          ),
        );
      return;
    }
    try {
      if (egress !== null && !parts.vault) throw new NotChecked();
      const proxy =
        egress === null || !parts.vault ? undefined : egressOf({ vault: parts.vault as Vault }, app, via);
      const key = [app.broker, origin, proxy?.reveal() ?? ""].join(" ");
      const way = ways.get(key) ?? {
        broker: app.broker,
        origin,
        proxy,
        shown: egressHost(egress) ?? "",
        apps: [],
      };
      if (!way.apps.includes(nameOf(app))) way.apps.push(nameOf(app));
      ways.set(key, way);
    } catch (error) {
      found.push(
        error instanceof NotChecked
          ? warn(`${nameOf(app)}: its proxy's password can't be read without the keys.`, "Mend those first.")
          : fault(
              `${nameOf(app)}: its proxy can't be opened with these keys.`,
              "Write the app's proxy again.",
            ),
      );
    }
  };
  for (const app of apps) add(app, undefined);
  for (const via of own) {
    const app = apps.find(({ tenant, id }) => tenant === via.tenant && id === via.app);
    if (app) add(app, via);
  }
  return { ways: [...ways.values()], found };
}

/** Whether each app's broker can be reached, by the proxy that its calls go by. Nobody is logged in. */
export async function checkBrokers(
  apps: readonly App[],
  own: readonly OwnProxy[],
  parts: BrokerParts,
): Promise<readonly Found[]> {
  if (apps.length === 0) return [ok("There is no app yet.")];
  const { ways, found } = waysOf(apps, own, parts);
  return [...found, ...(await Promise.all(ways.map((way) => reach(way, parts))))];
}
