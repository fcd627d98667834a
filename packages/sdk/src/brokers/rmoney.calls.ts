import type { CallRow } from "../call-class.js";

const base = "/open-api/od/v1";

/**
 * The known calls of RMoney and its family. The exchange, the own login of its SDK, and whatever makes or ends the
 * web-socket session are credential.
 * @see https://weblive.rmoneyindia.net/apidocs
 */
export const calls: readonly CallRow[] = [
  ["*", `${base}/vendor/{*}`, "credential"],
  ["*", "/auth/{*}", "credential"],
  ["POST", `${base}/profile/createWsSess`, "credential"],
  ["POST", `${base}/profile/invalidateWsSess`, "credential"],
  ["*", "/open-api/order-notify/{*}", "credential"],

  ["GET", `${base}/profile`, "read"],
  ["GET", `${base}/limits`, "read"],
  ["GET", `${base}/holdings`, "read"],
  ["GET", `${base}/holdings/{}`, "read"],
  ["GET", `${base}/positions`, "read"],
  ["GET", `${base}/orders/book`, "read"],
  ["GET", `${base}/orders/trades`, "read"],
  ["POST", `${base}/orders/history`, "read"],
  ["POST", `${base}/orders/checkMargin`, "read"],
  ["POST", `${base}/orders/basket/margin`, "read"],
  ["GET", `${base}/orders/gtt/orderbook`, "read"],
  ["POST", "/open-api/od/ChartAPIService/api/chart/history", "read"],

  ["POST", `${base}/orders/placeorder`, "order"],
  ["POST", `${base}/orders/modify`, "order"],
  ["POST", `${base}/orders/cancel`, "order"],
  ["POST", `${base}/orders/exit/sno`, "order"],
  ["POST", `${base}/orders/positions/sqroff`, "order"],
  ["POST", `${base}/orders/gtt/execute`, "order"],
  ["POST", `${base}/orders/gtt/modify`, "order"],
  ["POST", `${base}/orders/gtt/cancel`, "order"],
  ["POST", `${base}/conversion`, "order"],
];
