import { ventura as wire } from "kunji/wire";
import type { Answer, Call, LiveSession, Route, World } from "../broker.js";
import { json } from "../broker.js";
import { sameSecret } from "./shared/digest.js";
import { fieldsOf, textOf } from "./shared/request-reading.js";
import { refuse, withSession } from "./ventura.session.js";

const listed = (result: readonly unknown[]): Answer => json({ result, error_message: "" });

function profile(session: LiveSession, _call: Call, world: World): Answer {
  const username = session.username ?? "";
  return json({
    status: "success",
    data: {
      user_type: "INDIVIDUAL",
      email: `${username.toLowerCase()}@example.com`,
      mobile: "9800000000",
      pan: "ABCPS1234K",
      account_status: "ACTIVE",
      user_name: world.user("ventura", username)?.name ?? username,
      user_address: "12 Harbour Road, Mumbai 400001",
      broker: "VENTURA",
      exchanges: ["NSE", "BSE"],
      products: ["CNC", "INTRADAY"],
      order_types: ["MKT", "LMT", "SL", "SLM"],
      segments: ["EQUITY", "FNO"],
    },
  });
}

function logout(session: LiveSession, call: Call, world: World): Answer {
  const token = textOf(fieldsOf(call.body), "refresh_token");
  if (token === undefined || !sameSecret(token, session.tokens.refresh_token ?? ""))
    return refuse(400, "Invalid refresh token");
  world.endSession(session.id);
  return json({ success: true, message: "User logged out successfully" });
}

const funds = (): Answer =>
  json({
    status: "success",
    data: { available_margin: 184250.75, used_margin: 15749.25, ledger_balance: 200000, collateral: 0 },
  });

const holdings = (): Answer =>
  listed([
    { instrument_id: 2885, symbol: "RELIANCE", exchange: "NSE", quantity: 12, average_price: 2418.5 },
    { instrument_id: 1594, symbol: "INFY", exchange: "NSE", quantity: 30, average_price: 1489.2 },
  ]);

const positions = (): Answer =>
  listed([
    { instrument_id: 3045, symbol: "SBIN", exchange: "NSE", product: "I", net_quantity: 50, pnl: 212.5 },
  ]);

const orders = (): Answer =>
  listed([
    {
      order_no: "251120000000101",
      instrument_id: 2885,
      transaction_type: "B",
      quantity: 1,
      status: "TRADED",
    },
  ]);

function placeOrder(session: LiveSession, call: Call, world: World): Answer {
  const fields = fieldsOf(call.body);
  if (!fields) return refuse(400, "The order is not a JSON object");
  return json({
    client_id: session.username,
    security_id: String(fields.instrument_id ?? ""),
    order_no: world.uuid(),
    status: "success",
    message: "",
  });
}

const route = (
  method: Route["method"],
  path: string,
  does: string,
  handle: Parameters<typeof withSession>[0],
): Route => ({
  method,
  path,
  does,
  handle: withSession(handle),
});

/** Every call that needs a session. */
export const calls: readonly Route[] = [
  route("GET", wire.paths.profile, "Profile", profile),
  route("POST", wire.paths.logout, "Logout", logout),
  route("GET", "/user/v1/fund_details", "Funds", funds),
  route("GET", "/portfolio/v1/holdings", "Holdings", holdings),
  route("GET", "/portfolio/v1/positions", "Positions", positions),
  route("GET", "/trade/v1/orders", "Order book", orders),
  route("POST", "/trade/v1/delivery", "Delivery order", placeOrder),
  route("POST", "/trade/v1/intraday/regular", "Intraday order", placeOrder),
];
