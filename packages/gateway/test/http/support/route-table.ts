import type { Scope } from "../../../src/ports/api-keys.js";

/** Who may call a route: anybody, a browser, the operator, or a key with a scope. */
export type Admitted = "open" | "browser" | "operator" | "operator_page" | Scope;

/** Every route of the gateway but for the demo's, with its guard. A route that isn't here fails a test. */
export const routeTable: readonly (readonly [string, string, Admitted])[] = [
  ["GET", "/health", "open"],
  ["GET", "/ready", "open"],
  ["GET", "/openapi.json", "open"],
  ["GET", "/style.css", "open"],
  ["GET", "/favicon.ico", "open"],
  ["GET", "/metrics", "operator"],
  ["GET", "/v1/brokers", "read"],
  ["GET", "/v1/apps", "read"],
  ["GET", "/v1/apps/:id", "read"],
  ["PUT", "/v1/apps/:id", "admin"],
  ["DELETE", "/v1/apps/:id/vendor-session", "admin"],
  ["GET", "/v1/tenants", "operator"],
  ["POST", "/v1/tenants", "operator"],
  ["DELETE", "/v1/tenants/:id", "operator"],
  ["GET", "/v1/vault", "operator"],
  ["POST", "/v1/vault/rotation", "operator"],
  ["GET", "/v1/vault/rotation", "operator"],
  ["GET", "/v1/keys", "admin"],
  ["POST", "/v1/keys", "admin"],
  ["DELETE", "/v1/keys/:id", "admin"],
  ["GET", "/v1/webhooks", "admin"],
  ["POST", "/v1/webhooks", "admin"],
  ["GET", "/v1/webhooks/:id", "admin"],
  ["PATCH", "/v1/webhooks/:id", "admin"],
  ["DELETE", "/v1/webhooks/:id", "admin"],
  ["POST", "/v1/webhooks/:id/test", "admin"],
  ["POST", "/v1/webhooks/:id/replay", "admin"],
  ["POST", "/v1/webhooks/:id/resume", "admin"],
  ["GET", "/v1/webhooks/:id/deliveries", "admin"],
  ["GET", "/v1/connections", "read"],
  ["POST", "/v1/connections", "connect"],
  ["POST", "/v1/connect-links", "connect"],
  ["GET", "/v1/connections/:id", "read"],
  ["PATCH", "/v1/connections/:id", "connect"],
  ["DELETE", "/v1/connections/:id", "connect"],
  ["POST", "/v1/connections/:id/confirm", "connect"],
  ["GET", "/v1/connections/:id/session", "session"],
  ["GET", "/v1/readiness", "read"],
  ["GET", "/v1/events", "read"],
  ["GET", "/v1/audit", "admin"],
  ["GET", "/v1/audit/verify", "admin"],
  ["GET", "/v1/connections/:id/proxy/*", "proxy"],
  ["HEAD", "/v1/connections/:id/proxy/*", "proxy"],
  ["POST", "/v1/connections/:id/proxy/*", "proxy"],
  ["PUT", "/v1/connections/:id/proxy/*", "proxy"],
  ["PATCH", "/v1/connections/:id/proxy/*", "proxy"],
  ["DELETE", "/v1/connections/:id/proxy/*", "proxy"],
  ["GET", "/logos/:handle", "open"],
  ["GET", "/accents/:file", "open"],
  ["GET", "/connect/:token", "browser"],
  ["POST", "/connect/:token", "browser"],
  ["POST", "/connect/:token/step", "browser"],
  ["GET", "/callback/:broker/:handle", "browser"],
  ["GET", "/callback/:broker/:handle/account", "browser"],
  ["POST", "/callback/:broker/:handle", "browser"],
  ["GET", "/sign-in", "browser"],
  ["POST", "/sign-in", "browser"],
  ["POST", "/sign-in/code", "browser"],
  ["POST", "/sign-in/password", "browser"],
  ["POST", "/sign-out", "operator_page"],
  ["GET", "/dashboard.js", "open"],
  ["GET", "/live", "operator_page"],
  ["GET", "/", "operator_page"],
  ["GET", "/settings", "operator_page"],
  ["POST", "/settings/password", "operator_page"],
  ["GET", "/settings/second-factor", "operator_page"],
  ["POST", "/settings/second-factor", "operator_page"],
  ["POST", "/settings/second-factor/off", "operator_page"],
  ["POST", "/settings/sessions/end-others", "operator_page"],
  ["POST", "/settings/sessions/:id/end", "operator_page"],
  ["GET", "/settings/operators", "operator_page"],
  ["POST", "/settings/operators", "operator_page"],
  ["POST", "/settings/operators/:id/end", "operator_page"],
  ["GET", "/settings/keys", "operator_page"],
  ["POST", "/settings/keys", "operator_page"],
  ["POST", "/settings/keys/:id/end", "operator_page"],
];

/** What the demo adds. */
export const demoRouteTable: typeof routeTable = [
  ["GET", "/demo", "browser"],
  ["GET", "/demo/return", "browser"],
  ["POST", "/demo/connect", "browser"],
  ["POST", "/demo/close", "browser"],
  ["POST", "/demo/call", "browser"],
  ["GET", "/demo/webhook", "browser"],
  ["POST", "/demo/webhook", "open"],
];

/** Those that need an API key. */
export const keyRoutes = routeTable.filter(
  ([, , guard]) => !["open", "browser", "operator_page"].includes(guard),
);

/** A route's address with ids in place of its parameters. */
export const addressOf = (path: string, id = "nobody"): string =>
  path.replace(/:[a-z]+/g, id).replace("*", "NorenWClientAPI/GetQuotes");
