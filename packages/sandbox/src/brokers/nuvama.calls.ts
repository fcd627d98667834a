import { nuvama as wire } from "kunji/wire";
import type { Answer, App, Call, LiveSession, Route, World } from "../broker.js";
import { served } from "./nuvama.answers.js";
import { withSession } from "./nuvama.session.js";
import { loginVendor, logoutVendor } from "./nuvama.vendor.js";
import { fieldsOf, routePath } from "./shared/request-reading.js";

type Data = (username: string, call: Call, world: World) => unknown;

const route = (
  method: Route["method"],
  path: string,
  does: string,
  handle: (session: LiveSession, app: App, call: Call, world: World) => Answer,
): Route => ({ method, path: routePath(path), does, handle: withSession(handle) });

const answering = (method: Route["method"], path: string, does: string, data: Data): Route =>
  route(method, path, does, (session, app, call, world) =>
    served(world, app.keys.AppIdKey ?? "", data(session.username ?? "", call, world)),
  );

const limits: Data = (eqAccID) => ({
  eqAccID,
  cshAvl: "184250.75",
  mrgUtd: "15749.25",
  mrgAvl: "168501.50",
  adhMrg: "0.00",
});

const holdings: Data = (eqAccID) => ({
  eqAccID,
  rmsHdg: [
    { sym: "2885_NSE", dpName: "RELIANCE", exc: "NSE", totQty: "12", ltp: "2456.30" },
    { sym: "1594_NSE", dpName: "INFY", exc: "NSE", totQty: "30", ltp: "1502.10" },
  ],
});

const list =
  (name: string): Data =>
  (eqAccID) => ({ eqAccID, [name]: [] });

const placed: Data = (_username, call, world) =>
  fieldsOf(call.body) ? { oid: world.uuid(), msg: "Order placed" } : { msg: "Order is not a JSON object" };

const logoff = (session: LiveSession, app: App, _call: Call, world: World): Answer => {
  world.endSession(session.id);
  return served(world, app.keys.AppIdKey ?? "", { msg: "Logged off successfully" });
};

/** Everything but the login page. The vendor's routes come first: their paths could be read as an old client logout. */
export const routes: readonly Route[] = [
  { method: "POST", path: routePath(wire.paths.loginVendor), does: "Vendor login", handle: loginVendor },
  { method: "PUT", path: routePath(wire.paths.logoutVendor), does: "Vendor logout", handle: logoutVendor },
  route("PUT", wire.paths.logoff, "Logout", logoff),
  route("PUT", "/edelmw-login/login/accounts/{user}/logout/", "Logout", logoff),
  answering("GET", wire.paths.limits, "Limits", limits),
  answering("GET", "/edelmw-eq/eq/holdings/v1/rmsholdings/{user}/", "Holdings", holdings),
  answering("GET", "/edelmw-eq/eq/order/book/{user}/v1/", "Order book", list("ord")),
  answering("GET", "/edelmw-eq/eq/tradebook/v1/{user}/", "Trade book", list("trade")),
  answering("GET", "/edelmw-eq/eq/positions/net/{user}/", "Positions", list("pos")),
  answering("POST", "/edelmw-eq/eq/trade/placetrade/v1/{user}/", "Order", placed),
];
