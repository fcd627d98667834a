import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";
import { inTime } from "./in-time.js";

/** So long an order may wait to be counted, in ms: one that waits longer is not sent at all. */
const countMs = 1_000;

const whose = { connection: "The connection has", app: "The app's connections have" } as const;

/**
 * Counts an order that is about to be sent. No connection, and no app, sends more than its budget in any 1,000 ms, whichever
 * gateways it goes by.
 * @throws Problem `order_budget_spent`; StoreProblem where it can't be counted. The order must not be sent then
 */
export async function takeOrder(
  { store, ordersPerSecond }: Pick<Ports, "store" | "ordersPerSecond">,
  { tenant, id: app, ordersPerConnection, ordersPerApp }: App,
  { id: connection, broker }: Pick<Connection, "id" | "broker">,
): Promise<void> {
  const budget = { perConnection: ordersPerConnection ?? ordersPerSecond, perApp: ordersPerApp };
  if (budget.perConnection === null && budget.perApp === null) return;
  const spent = await inTime(countMs, store.orderBudgets.take(tenant, { app, connection, ...budget }));
  if (!spent) return;
  const most = spent === "app" ? budget.perApp : budget.perConnection;
  throw new Problem("order_budget_spent", {
    broker,
    retryAfterS: 1,
    detail: `${whose[spent]} sent ${most} orders within a second, which is the budget: nothing was sent or queued. Send the order again in a second.`,
  });
}
