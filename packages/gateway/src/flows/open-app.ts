import type { AnyClient } from "kunji";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";
import { clientOf } from "./app-client.js";
import { openAppKeys } from "./app-keys.js";
import { egressOf, type Via } from "./egress.js";
import { vendorStore } from "./vendor-session.js";

export { callbackUrlOf } from "./app-client.js";

/**
 * The app's client, for a connection or for none: all it sends goes by the connection's proxy, else by the app's, where there
 * is one. Where the broker has vendor sessions, all clients of an app share the one on file.
 * @throws Problem `app_unusable` {field} where its keys or its environment make no client
 */
export function openApp(ports: Ports, app: App, via?: Via): AnyClient {
  const { vendorSession } = ports.brokers.traits[app.broker];
  return clientOf(ports, app, openAppKeys(ports, app), {
    egress: egressOf(ports, app, via),
    vendorStore: vendorSession ? vendorStore(ports, app) : undefined,
  });
}
