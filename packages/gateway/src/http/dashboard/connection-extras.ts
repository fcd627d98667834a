import { marketOf } from "../../domain/market-days.js";
import { newToken } from "../../domain/random-text.js";
import { dailyEndsOf, windowBefore } from "../../flows/login-window.js";
import { isOwn } from "../../flows/own-connections.js";
import type { Connection } from "../../ports/connections.js";
import type { SignedIn } from "../../ports/operator-sessions.js";
import type { Ports } from "../../ports/ports.js";
import { type ActionsView, connectionActions } from "../pages/dashboard/connection-actions.js";
import { type TryCallView, tryCallBox } from "../pages/dashboard/try-call.js";
import type { Html } from "../pages/layout.js";
import { firstCallOf, offeredCalls } from "./known-calls.js";
import { loginPlaces } from "./login-places.js";
import type { Notices } from "./notices.js";

/** What forms about a connection lead to say on its page, `/connections/:id`. */
export const connectionNotices: Notices = {
  connected: { tone: "good", text: "Connected: calls can be made from now on." },
  closed: { tone: "good", text: "The connection is ended, and its session erased." },
};

/** What a connection's page shows to act with, and where its forms may lead: `sendDashboardPage` takes that as `formLeadsTo`. */
export interface ConnectionExtras {
  readonly actions: Html;
  readonly tryCall: Html;
  readonly formLeadsTo: readonly string[];
}

type Whose = Pick<SignedIn, "tenant" | "name">;

/** When to log in for the next open; `undefined` where the session lasts to it, or a login now may. */
async function windowOf(ports: Ports, { tenant, app, broker, reason, endsAt, carriedUntil }: Connection) {
  const now = ports.now();
  const { at } = ports.markets[marketOf[ports.brokers.traits[broker].country]].nextOpen(now);
  const stop = Math.max(endsAt ?? 0, reason === "refresh_refused" ? 0 : (carriedUntil ?? 0));
  if (stop > at) return undefined;
  return windowBefore((await dailyEndsOf(ports, tenant, [app])).get(app) ?? [], now, at);
}

/** The section with what can be done. */
export async function actionsView(
  ports: Ports,
  operator: Whose,
  connection: Connection,
  said: Pick<ActionsView, "made" | "unsure"> = {},
): Promise<Html> {
  return connectionActions({
    connection,
    traits: ports.brokers.traits[connection.broker],
    own: isOwn(ports, operator, connection),
    now: ports.now(),
    window: await windowOf(ports, connection),
    ...said,
  });
}

/** The box to try a call: with what was typed, else with the broker's first call for the connection's account. */
export function tryCallView(
  ports: Ports,
  { id, broker, status, account }: Connection,
  { typed, outcome }: Partial<Pick<TryCallView, "typed" | "outcome">> = {},
): Html {
  const traits = ports.brokers.traits[broker];
  return tryCallBox({
    connection: id,
    broker: traits.name,
    callable: status === "active" || status === "unsure",
    typed: typed ?? firstCallOf(traits, account),
    offered: offeredCalls(broker),
    once: newToken(ports.randomBytes).reveal(),
    outcome,
  });
}

export async function connectionExtras(
  ports: Ports,
  operator: Whose,
  connection: Connection,
): Promise<ConnectionExtras> {
  const app = await ports.store.apps.get(connection.tenant, connection.app);
  return {
    actions: await actionsView(ports, operator, connection),
    tryCall: tryCallView(ports, connection),
    formLeadsTo: loginPlaces(ports, app ? [app] : []),
  };
}
