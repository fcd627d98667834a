import type { AnyClient, BrokerId } from "kunji";
import type { BrokerInfo, PutApp } from "kunji/gateway";
import { egressHost } from "../domain/egress-url.js";
import { Problem } from "../domain/problem.js";
import { newToken } from "../domain/random-text.js";
import { dashboardReturn } from "../domain/return-url.js";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";
import { clientOf } from "./app-client.js";
import { checkedDisplay } from "./app-display.js";
import {
  checkAppId,
  checkedKeys,
  checkedOrderBudget,
  checkedReturnUrls,
  checkedSettings,
} from "./app-input.js";
import { type AppKeys, openAppKeys, sealAppKeys } from "./app-keys.js";
import { type EgressColumns, newEgress, noEgress } from "./egress.js";
import { leaveEnvironment, loginLinks } from "./vendor-session-end.js";

/** The brokers with their traits, as the API shows them. */
export const brokerInfo = ({ brokers }: Pick<Ports, "brokers">): readonly BrokerInfo[] =>
  Object.values(brokers.traits).map((traits) => ({
    id: traits.id,
    name: traits.name,
    country: traits.country,
    login: traits.login,
    echoes_state: traits.echoesState,
    vendor_session: traits.vendorSession,
    refresh: traits.refresh,
    logout: traits.logout,
    environments: brokers.environments(traits.id),
    keys: Object.entries(traits.keys).map(([name, { brokerName, label, secret, optional = false }]) => ({
      name,
      broker_name: brokerName,
      label,
      secret,
      optional,
    })),
    settings: Object.entries(traits.settings ?? {}).map(
      ([name, { label, kind, choices = [], byDefault }]) => ({
        name,
        label,
        kind,
        choices,
        default: byDefault,
      }),
    ),
    first_call: {
      method: traits.firstCall.method,
      path: traits.firstCall.path,
      body: traits.firstCall.body ?? null,
    },
  }));

function environmentOf({ brokers }: Ports, broker: BrokerId, wanted: string): string {
  const known = brokers.environments(broker);
  if (known.includes(wanted)) return wanted;
  const detail = `\`environment\` takes one of ${known.join(", ")}.`;
  throw new Problem("request_invalid", { broker, field: "environment", detail });
}

/** Keys and settings that are left out stay as they are on file. */
function keysOf(ports: Ports, { broker, keys, settings }: PutApp, known: App | undefined): AppKeys {
  const traits = ports.brokers.traits[broker];
  const chosen = settings && checkedSettings(traits, settings);
  const given = keys || !known ? checkedKeys(traits, keys ?? {}) : undefined;
  // Keys that can't be opened any more are no hindrance to new ones, and the settings lie beside them.
  if (given && (chosen || !known)) return { ...given, ...chosen };
  const onFile = known ? openAppKeys(ports, known) : {};
  const isKey = ([name]: readonly [string, unknown]) => Object.hasOwn(traits.keys, name);
  const kept = Object.entries(onFile);
  return {
    ...(given ?? Object.fromEntries(kept.filter(isKey))),
    ...(chosen ?? Object.fromEntries(kept.filter((entry) => !isKey(entry)))),
  };
}

/** Opens a client once; it sends nothing. @throws Problem `request_invalid` {field: `keys.<name>` or `settings.<name>`} */
function proveForm(
  ports: Ports,
  app: Pick<App, "broker" | "environment" | "handle">,
  keys: AppKeys,
): AnyClient {
  try {
    return clientOf(ports, app, keys, { egress: undefined });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "app_unusable") throw error;
    const { broker } = app;
    const { field = "" } = error.facts;
    const { keys: names, settings = {} } = ports.brokers.traits[broker];
    const group = Object.hasOwn(names, field) ? "keys" : "settings";
    // What is neither is a fault of the gateway's own places.
    if (group === "settings" && !Object.hasOwn(settings, field)) throw error;
    throw new Problem("request_invalid", { broker, field: `${group}.${field}` });
  }
}

/** A proxy that is given is tried, and one that stays is where the app goes to other hosts from now on. */
async function egressFor(
  ports: Ports,
  { tenant, id, environment, api }: Pick<App, "tenant" | "id" | "environment"> & { readonly api: string },
  given: PutApp["egress"],
  known: App | undefined,
): Promise<EgressColumns> {
  const place = { kind: "app", tenant, id } as const;
  if (given !== undefined) return newEgress(ports, place, given, api, known);
  if (!known || known.environment === environment) return known ?? noEgress;
  return newEgress(ports, place, known.egress, api, known);
}

/** How often a change looks again at an app that another change has overtaken. */
const looks = 5;

/** An app as it is to be, in view of what is on file: it may be asked for again where that has changed meanwhile. */
export type AppWish = PutApp | ((known: App | undefined) => PutApp);

/**
 * Adds an app or replaces its environment, keys, settings, return URLs, proxy, order budget and display. Sessions of another environment are ended: they
 * would be sent to hosts that did not hand them out. What is left out stays as the last change before this one left it.
 * @param key the API key's id that asked for it
 * @throws Problem `request_invalid` that names the field, `broker_fixed`, `app_unusable` where the keys on file can't be kept,
 *   `egress_unreachable`, `busy`
 */
export async function putApp(
  ports: Ports,
  tenant: string,
  id: string,
  wish: AppWish,
  key: string | null,
): Promise<App> {
  checkAppId(id);
  for (let look = 0; look < looks; look++) {
    const known = await ports.store.apps.get(tenant, id);
    const input = typeof wish === "function" ? wish(known) : wish;
    if (!Object.hasOwn(ports.brokers.traits, input.broker))
      throw new Problem("request_invalid", { field: "broker" });
    const app = await putOver(ports, tenant, id, input, key, known);
    if (app) return app;
  }
  throw new Problem("busy");
}

/** Writes an app over what is known of it; `undefined`, and nothing written, where that has been changed since. */
async function putOver(
  ports: Ports,
  tenant: string,
  id: string,
  input: PutApp,
  key: string | null,
  known: App | undefined,
): Promise<App | undefined> {
  const { broker } = input;
  const environment = environmentOf(ports, broker, input.environment ?? known?.environment ?? "live");
  const returnUrls = checkedReturnUrls(input.return_urls, dashboardReturn(ports.publicUrl));
  if (known && known.broker !== broker) throw new Problem("broker_fixed", { field: "broker" });
  const keys = keysOf(ports, input, known);
  const handle = known?.handle ?? newToken(ports.randomBytes).reveal();
  const { api } = proveForm(ports, { broker, environment, handle }, keys).origins;
  const budget = checkedOrderBudget(input.order_budget ?? {}, known);
  const display = checkedDisplay(input.display ?? {}, known);
  const { egress, sealedEgress } = await egressFor(
    ports,
    { tenant, id, environment, api },
    input.egress,
    known,
  );
  const sealedKeys = await sealAppKeys(ports, tenant, id, keys);
  const leaves = known !== undefined && known.environment !== environment;
  const linkOf = leaves ? await loginLinks(ports, { tenant, id }) : undefined;
  return ports.store.transaction(async (parts) => {
    const at = ports.now();
    const proxy = { egress, sealedEgress };
    const row = {
      id,
      broker,
      environment,
      sealedKeys,
      returnUrls,
      handle,
      ...proxy,
      ...budget,
      ...display,
      at,
    };
    const app = await parts.apps.put(tenant, row, known ?? null);
    if (!app) return undefined;
    await parts.changes.announce({ tenant, kind: "app", id });
    const facts = {
      environment,
      egress: egressHost(egress),
      orders_per_connection: budget.ordersPerConnection,
      orders_per_app: budget.ordersPerApp,
    };
    if (leaves) await leaveEnvironment(parts, ports, app, linkOf);
    await parts.audit.append(tenant, { at, key, action: "app.put", kind: "app", id, facts });
    return app;
  });
}
