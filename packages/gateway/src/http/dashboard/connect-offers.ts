import type { SignedIn } from "../../ports/operator-sessions.js";
import type { Ports } from "../../ports/ports.js";
import type { ConnectButtonsView } from "../pages/dashboard/connect-buttons.js";

/** As many apps as a page offers. */
const most = 20;

/** What `connectButtons` shows an operator, and where its buttons may lead: `sendDashboardPage` takes that as `formLeadsTo`. */
export async function connectOffers(
  ports: Ports,
  { tenant }: Pick<SignedIn, "tenant" | "name">,
): Promise<{ readonly view: ConnectButtonsView; readonly formLeadsTo: readonly string[] }> {
  const { items, next } = await ports.store.apps.list(tenant, { limit: most });
  const offers = items.map(({ id, broker, environment }) => ({
    app: id,
    traits: ports.brokers.traits[broker],
    environment,
    ambiguous: items.filter((other) => other.broker === broker).length > 1,
    own: null,
  }));
  return { view: { offers, more: next !== undefined }, formLeadsTo: [ports.publicUrl] };
}
