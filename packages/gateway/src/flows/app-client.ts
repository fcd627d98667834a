import { type AnyClient, KunjiError, Secret, type VendorStore } from "kunji";
import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { ClientWish } from "../ports/brokers.js";
import type { Ports } from "../ports/ports.js";
import type { AppKeys } from "./app-keys.js";

/** Where the broker sends browsers back to, to be registered there; `undefined` where it sends none. */
export function callbackUrlOf(
  { brokers, publicUrl }: Pick<Ports, "brokers" | "publicUrl">,
  { broker, handle }: Pick<App, "broker" | "handle">,
): string | undefined {
  if (brokers.traits[broker].login !== "redirect") return undefined;
  return `${publicUrl}/callback/${broker}/${handle}`;
}

/**
 * A client with these keys.
 * @throws Problem `app_unusable` {field} where the keys or the environment make none
 */
export function clientOf(
  ports: Pick<Ports, "brokers" | "publicUrl">,
  app: Pick<App, "broker" | "environment" | "handle">,
  keys: AppKeys,
  more: { readonly egress: Secret | undefined; readonly vendorStore?: VendorStore | undefined },
): AnyClient {
  const { broker, environment } = app;
  const { keys: names } = ports.brokers.traits[broker];
  const settings: Record<string, ClientWish["settings"][string]> = {};
  for (const [name, value] of Object.entries(keys))
    settings[name] = Object.hasOwn(names, name) ? new Secret(String(value)) : value;
  try {
    const redirectUri = callbackUrlOf(ports, app);
    return ports.brokers.open({ broker, environment, settings, redirectUri, ...more });
  } catch (error) {
    if (error instanceof KunjiError) throw new Problem("app_unusable", { broker, field: error.field });
    throw error;
  }
}
