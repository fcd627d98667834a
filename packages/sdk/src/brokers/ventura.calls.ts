import type { CallRow } from "../call-class.js";

/**
 * The known calls of Ventura EaseAPI. The login pages and the token endpoints are credential as whole trees.
 * @see https://easeapi.venturasecurities.com/docs/ease-api/v1/login
 */
export const calls: readonly CallRow[] = [
  ["*", "/auth/{*}", "credential"],
  ["*", "/login/{*}", "credential"],
  ["*", "/portal", "credential"],
  ["*", "/portal/{*}", "credential"],
  ["POST", "/user/v1/logout", "credential"],

  ["GET", "/user/v1/profile", "read"],
  ["GET", "/user/v1/fund_details", "read"],
  ["GET", "/portfolio/v1/holdings", "read"],
  ["GET", "/portfolio/v1/positions", "read"],
  ["GET", "/trade/v1/orders", "read"],
  ["GET", "/trade/v1/trades", "read"],
  ["GET", "/instrument/v1/instruments", "read"],
  ["POST", "/instrument/v1/ohlcv", "read"],
  ["POST", "/instrument/v1/ltp_depth", "read"],

  ["POST", "/trade/v1/delivery", "order"],
  ["POST", "/trade/v1/intraday/regular", "order"],
  ["POST", "/trade/v1/modify", "order"],
  ["POST", "/trade/v1/cancel", "order"],
  ["POST", "/partner/v1/submit_recommendation_basket", "order"],
];
