import type { CallRow } from "../call-class.js";

const eq = "/edelmw-eq/eq";
const comm = "/edelmw-comm/comm";

/**
 * The known calls of Nuvama. Everything below the login module is credential: vendor login and logout, client logout and
 * the exchange of a request id.
 * @see https://nuvamawealth.com/partner-documentation
 */
export const calls: readonly CallRow[] = [
  ["*", "/edelmw-login/{*}", "credential"],
  ["*", "/login", "credential"],
  ["*", "/login/{*}", "credential"],
  ["*", "/api-connect/{*}", "credential"],

  ["GET", `${eq}/limits/rmssublimits/{}`, "read"],
  ["GET", `${eq}/holdings/v1/rmsholdings/{}`, "read"],
  ["GET", `${eq}/order/book/{}/v1`, "read"],
  ["GET", `${eq}/order/details/{}`, "read"],
  ["GET", `${eq}/order/history/{}`, "read"],
  ["GET", `${eq}/tradebook/v1/{}`, "read"],
  ["GET", `${eq}/positions/net/{}`, "read"],
  ["GET", `${eq}/trade/amoflag`, "read"],
  ["GET", `${comm}/limits/{}`, "read"],
  ["GET", `${comm}/reports/detail/{}`, "read"],
  ["GET", `${comm}/orderdetails/{}`, "read"],
  ["GET", `${comm}/orderhistory/{}`, "read"],
  ["POST", "/edelmw-content/content/adhoc/lib/version", "read"],

  ["POST", `${eq}/trade/placetrade/v1/{}`, "order"],
  ["PUT", `${eq}/trade/modifytrade/v1/{}`, "order"],
  ["PUT", `${eq}/trade/canceltrade/v1/{}`, "order"],
  ["PUT", `${eq}/trade/exitbrackettrade/{}`, "order"],
  ["POST", `${eq}/trade/placegtcgtdtrade/{}`, "order"],
  ["PUT", `${comm}/trade/modifytrade/{}`, "order"],
  ["PUT", `${comm}/trade/canceltrade/v1/{}`, "order"],
];
