import { rmoney as wire } from "kunji/wire";
import type { Answer, Call, LiveSession, Route, World } from "../broker.js";
import { refusedCall, served, withSession } from "./rmoney.session.js";

function profile(session: LiveSession, _call: Call, world: World): Answer {
  const username = session.username ?? "";
  return served([
    {
      clientId: username,
      clientName: world.user("rmoney", username)?.name ?? username,
      isTotpEnabled: true,
      isPoaProvided: true,
      accountStatus: "Active",
      exchanges: ["NSE", "BSE", "NFO"],
      products: ["LONGTERM", "INTRADAY", "MTF"],
      orderComplexity: ["REGULAR", "AMO", "COVER", "BRACKET"],
    },
  ]);
}

const limits = (): Answer =>
  served([{ tradingLimit: "184250.75", openingCashLimit: "200000.00", utilizedMargin: "15749.25" }]);

const holdings = (_session: LiveSession, call: Call): Answer =>
  served([
    { product: call.params.product, symbol: "RELIANCE-EQ", exchange: "NSE", token: "2885", quantity: "12" },
  ]);

const positions = (): Answer =>
  served([{ product: "INTRADAY", symbol: "SBIN-EQ", exchange: "NSE", token: "3045", netQuantity: "50" }]);

function placeOrder(_session: LiveSession, call: Call, world: World): Answer {
  let orders: unknown;
  try {
    orders = JSON.parse(call.body);
  } catch {
    orders = undefined;
  }
  if (!Array.isArray(orders) || orders.length === 0)
    return refusedCall("The request is not a list of orders", 400);
  return served(
    orders.map(() => ({ requestTime: new Date(world.now()).toISOString(), brokerOrderId: world.uuid() })),
  );
}

const prefix = "/open-api/od/v1";
const route = (
  method: Route["method"],
  path: string,
  does: string,
  handle: (session: LiveSession, call: Call, world: World) => Answer,
): Route => ({ method, path, does, handle: withSession(handle) });

/** Every call that needs a session. */
export const calls: readonly Route[] = [
  route("GET", wire.paths.profile, "Profile", profile),
  route("GET", `${prefix}/limits/`, "Limits", limits),
  route("GET", `${prefix}/holdings/:product`, "Holdings", holdings),
  route("GET", `${prefix}/positions`, "Positions", positions),
  route("GET", `${prefix}/orders/book`, "Order book", () => served([])),
  route("GET", `${prefix}/orders/trades`, "Trade book", () => served([])),
  route("POST", `${prefix}/orders/placeorder`, "Order", placeOrder),
];
