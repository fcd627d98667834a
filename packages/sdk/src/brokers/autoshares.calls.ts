import type { CallRow } from "../call-class.js";

const account = "/v1.0/accounts/{}";
const user = "/v1.0/users/{}";

/**
 * The known calls of AutoShares (ETNA Trader), below the base URL that ends in `/api`, in the order of the sidebar of its
 * page. What leaves a mark without trading, such as a watchlist's change, counts as an order.
 * @see https://github.com/AutoSharesAPI/API
 */
export const calls: readonly CallRow[] = [
  // Authentication
  ["POST", "/token", "credential"],
  ["POST", "/logout", "credential"],

  // User registration
  ["GET", "/v1.0/registration/schema", "read"],
  ["POST", "/v1.0/registration", "credential"],
  ["POST", "/v1.0/users", "credential"],

  // Managing users
  ["GET", `${user}/info`, "read"],
  ["POST", "/v1.0/users/info", "read"],
  ["GET", `${user}/balance-info`, "read"],
  ["GET", `${user}/settings/trading`, "read"],
  ["PUT", `${user}/settings/trading`, "order"],
  ["GET", "/v1.0/applications/mobile/settings", "read"],
  ["GET", `${user}/exchanges`, "read"],
  ["PUT", `${user}/password/change`, "credential"],
  ["POST", `${user}/pincode`, "credential"],
  ["POST", `${user}/group`, "credential"],
  ["PATCH", user, "credential"],
  ["GET", `${user}/agreements`, "read"],
  ["POST", `${user}/agreements/{}/sign`, "order"],

  // Trading accounts
  ["GET", `${user}/accounts`, "read"],
  ["GET", "/v1.0/accounts/all", "read"],
  ["GET", account, "read"],
  ["GET", `${account}/info`, "read"],
  ["GET", `${account}/details`, "read"],
  ["GET", `${account}/history`, "read"],
  ["POST", "/v1.0/accounts/history", "read"],
  ["POST", "/v1.0/accounts/balance/consolidated", "read"],
  ["GET", `${account}/users`, "read"],
  ["PUT", `${account}/users/{}`, "credential"],
  ["DELETE", `${account}/users/{}`, "credential"],
  ["PUT", `${account}/username/{}`, "credential"],
  ["PUT", `${account}/select`, "order"],
  ["PUT", `${account}/alias/{}`, "order"],
  ["DELETE", `${account}/alias`, "order"],
  ["POST", "/v1.0/user/{}/account-requests/open", "order"],

  // Password reset
  ["POST", "/v1.0/users/password/reset", "credential"],
  ["GET", "/v1.0/users/password/secret-question", "credential"],
  ["POST", "/v1.0/users/password/reset/code", "credential"],
  ["PUT", "/v1.0/users/passwords/reset", "credential"],

  // Account funding
  ["GET", `${account}/ach-relationships`, "read"],
  ["GET", `${account}/ach-relationships/default`, "read"],
  ["GET", `${account}/ach-relationships/{}`, "read"],
  ["POST", `${account}/ach-relationships`, "money"],
  ["POST", `${account}/ach-relationships/plaid`, "money"],
  ["POST", `${account}/ach-relationships/{}/approve`, "money"],
  ["POST", `${account}/ach-relationships/{}/default`, "money"],
  ["PUT", `${account}/ach-relationships/{}`, "money"],
  ["DELETE", `${account}/ach-relationships/{}`, "money"],
  ["GET", `${account}/transfers`, "read"],
  ["GET", `${account}/transfers/{}/fees`, "read"],
  ["GET", `${account}/transfers/ira_constraints/{}/{}`, "read"],
  ["POST", `${account}/transfers/ach`, "money"],
  ["POST", `${account}/transfers/wire`, "money"],
  ["POST", `${account}/transfers/check`, "money"],
  ["POST", `${account}/transfers/zelle`, "money"],
  ["DELETE", `${account}/transfers/{}`, "money"],
  ["POST", `${account}/deposit`, "money"],
  ["POST", `${account}/withdrawal`, "money"],

  // Orders: verifying one has no effect
  ["GET", `${account}/orders`, "read"],
  ["GET", `${account}/orders/{}`, "read"],
  ["GET", `${account}/orders/{}/details`, "read"],
  ["GET", `${account}/verified/orders/{}`, "read"],
  ["GET", `${account}/preview/limits/{}`, "read"],
  ["POST", "/v1.0/orders/consolidated", "read"],
  ["POST", `${account}/preview/orders`, "read"],
  ["PUT", `${account}/preview/orders/{}`, "read"],
  ["POST", `${account}/orders`, "order"],
  ["PUT", `${account}/orders/{}`, "order"],
  ["DELETE", `${account}/orders/{}`, "order"],
  ["GET", `${account}/syncorders`, "read"],
  ["GET", `${account}/syncorders/{}`, "read"],
  ["POST", `${account}/preview/syncorders`, "read"],
  ["PUT", `${account}/preview/syncorders/{}`, "read"],
  ["POST", `${account}/syncorders`, "order"],
  ["PUT", `${account}/syncorders/{}`, "order"],
  ["DELETE", `${account}/syncorders/{}`, "order"],
  ["POST", `${account}/preview/orders/mutual-funds/{}`, "read"],
  ["POST", `${account}/orders/mutual-funds/{}`, "order"],
  ["DELETE", `${account}/orders/mutual-funds/{}`, "order"],
  ["GET", "/v1.0/ipo/industries", "read"],
  ["GET", "/v1.0/ipo/security-info", "read"],
  ["GET", "/v1.0/ipo/accounts/{}/offerings/active", "read"],
  ["POST", "/v1.0/ipo/accounts/{}/offerings/{}/subscribe", "order"],
  ["POST", "/v1.0/ipo/accounts/{}/offerings/{}/unsubscribe", "order"],

  // Positions
  ["GET", `${account}/positions`, "read"],
  ["GET", `${account}/positions/{}`, "read"],
  ["GET", `${account}/positions/groups`, "read"],
  ["GET", `${account}/positions/top`, "read"],
  ["POST", "/v1.0/positions/consolidated", "read"],

  // Securities
  ["GET", "/v1.0/equities", "read"],
  ["GET", "/v1.0/equities/lookup", "read"],
  ["GET", "/v1.0/equities/{}", "read"],
  ["GET", "/v1.0/equities/{}/logo", "read"],
  ["GET", "/v1.0/options", "read"],
  ["GET", "/v1.0/options/expirations", "read"],
  ["GET", "/v1.0/options/{}", "read"],
  ["GET", "/v1.0/options/optionChain/{}", "read"],
  ["GET", "/v1.0/currencyRate", "read"],

  // Watchlists
  ["GET", `${user}/watchlists`, "read"],
  ["GET", `${user}/watchlists/{}`, "read"],
  ["POST", `${user}/watchlists`, "order"],
  ["DELETE", `${user}/watchlists/{}`, "order"],
  ["PUT", `${user}/watchlists/{}/name`, "order"],
  ["PUT", `${user}/watchlists/{}/securities`, "order"],
  ["DELETE", `${user}/watchlists/{}/securities`, "order"],
  ["PUT", `${user}/watchlists/{}/securities/{}`, "order"],
  ["DELETE", `${user}/watchlists/{}/securities/{}`, "order"],

  // Price alerts
  ["GET", `${user}/pricealerts`, "read"],
  ["GET", `${user}/pricealerts/{}`, "read"],
  ["POST", `${user}/pricealerts`, "order"],
  ["PUT", `${user}/pricealerts/{}`, "order"],
  ["DELETE", `${user}/pricealerts/{}`, "order"],

  // Historical data, news, feedback, transactions
  ["PUT", "/v1.0/history/symbols", "read"],
  ["PUT", "/v1.0/history/compare", "read"],
  ["POST", "/v1.0/history/export", "read"],
  ["GET", "/v1.0/news", "read"],
  ["GET", "/v1.0/news/corporate-actions", "read"],
  ["POST", "/v1.0/feedbacks", "order"],
  ["GET", `${account}/transactions`, "read"],
  ["GET", `${account}/transactions/allowed-types`, "read"],
  ["GET", `${account}/transaction/report`, "read"],
  ["POST", "/v1.0/transactions/consolidated", "read"],
  ["GET", `${account}/activity`, "read"],
  ["GET", `${account}/activity/allowed-types`, "read"],
  ["GET", `${account}/activity/report`, "read"],

  // Streaming: a streamer's session only reads, but recovering one ends another
  ["GET", "/v1.0/streamers", "read"],
  ["PUT", "/v1.0/streamers/session/recover", "order"],
];
