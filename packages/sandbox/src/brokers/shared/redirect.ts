import type { App } from "../../broker.js";

/**
 * The app's redirect URL with these parameters behind those it has, in this order; `null` leaves one out.
 * Values are percent-encoded, a blank as `%20`, so that every way of reading a query gets the same text.
 */
export function redirectTo(app: App, params: readonly (readonly [string, string | null])[]): URL {
  if (app.redirectUrl === null) throw new Error("This app has no redirect URL: set one on the portal.");
  const url = new URL(app.redirectUrl);
  const added = params.flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  url.search = [url.search.slice(1), ...added].filter((part) => part !== "").join("&");
  return url;
}
