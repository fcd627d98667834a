import { ownConnections } from "../../flows/own-connections.js";
import type { ConnectionSummary } from "../../ports/connections.js";
import type { SignedIn } from "../../ports/operator-sessions.js";
import type { Ports } from "../../ports/ports.js";
import type { ConnectButtonsView, ConnectOffer } from "../pages/dashboard/connect-buttons.js";
import { loginPlaces } from "./login-places.js";

/** As many apps as a page offers. */
const most = 20;

function standing(own: readonly ConnectionSummary[], app: string): ConnectOffer["own"] {
  const there = own.filter((each) => each.app === app);
  if (there.some(({ status }) => status === "active" || status === "unsure")) return "connected";
  if (there.some(({ status }) => status === "login_needed")) return "waiting";
  return there.length > 0 ? "begun" : null;
}

/** What `connectButtons` shows an operator, and where its buttons may lead: `sendDashboardPage` takes that as `formLeadsTo`. */
export async function connectOffers(
  ports: Ports,
  operator: Pick<SignedIn, "tenant" | "name">,
): Promise<{ readonly view: ConnectButtonsView; readonly formLeadsTo: readonly string[] }> {
  const { items, next } = await ports.store.apps.list(operator.tenant, { limit: most });
  const own = await ownConnections(ports, operator);
  const offers = items.map(({ id, broker, environment }) => ({
    app: id,
    traits: ports.brokers.traits[broker],
    environment,
    ambiguous: items.filter((other) => other.broker === broker).length > 1,
    own: standing(own, id),
  }));
  return { view: { offers, more: next !== null }, formLeadsTo: loginPlaces(ports, items) };
}
