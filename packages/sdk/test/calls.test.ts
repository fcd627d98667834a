import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CallClass, classifyCall, knownCalls } from "../src/calls.js";
import type { BrokerId } from "../src/index.js";
import { disguises } from "./disguised-paths.js";

const ids = Object.keys(knownCalls) as BrokerId[];
const rows = ids.flatMap((broker) => knownCalls[broker].map((row) => ({ broker, row })));

/** The sidebar of AutoShares' page, "Trading API", entry by entry. */
const sidebar: readonly (readonly [entry: string, method: string, path: string, kind: CallClass])[] = [
  ["Single-factor authentication", "POST", "/token", "credential"],
  ["Get required fields", "GET", "/v1.0/registration/schema", "read"],
  ["Register a user", "POST", "/v1.0/registration/", "credential"],
  ["Get user's info", "GET", "/v1.0/users/@me/info", "read"],
  ["Get user's trading settings", "GET", "/v1.0/users/@me/settings/trading", "read"],
  ["Get mobile app settings", "GET", "/v1.0/applications/mobile/settings", "read"],
  ["Get user's exchanges", "GET", "/v1.0/users/@me/exchanges", "read"],
  ["Modify user's settings", "PUT", "/v1.0/users/@me/settings/trading", "order"],
  ["Update user's password", "PUT", "/v1.0/users/@me/password/change", "credential"],
  ["Get account's balance info", "GET", "/v1.0/accounts/6303/info", "read"],
  ["Get account's history", "GET", "/v1.0/accounts/6303/history?step=1", "read"],
  ["List user's accounts", "GET", "/v1.0/users/@me/accounts", "read"],
  ["Reset trader's password", "POST", "/v1.0/users/password/reset", "credential"],
  ["Retrieve the secret question", "GET", "/v1.0/users/password/secret-question?username=a", "credential"],
  ["Generate a token for a new password", "POST", "/v1.0/users/password/reset/code", "credential"],
  ["Update the password", "PUT", "/v1.0/users/passwords/reset/", "credential"],
  ["Open a new trading account", "POST", "/v1.0/user/@me/account-requests/open", "order"],
  ["Create an ACH relationship", "POST", "/v1.0/accounts/6303/ach-relationships", "money"],
  ["Get an ACH relationship", "GET", "/v1.0/accounts/6303/ach-relationships/ed8f", "read"],
  ["Get all ACH relationships", "GET", "/v1.0/accounts/6303/ach-relationships", "read"],
  ["Get the default ACH relationship", "GET", "/v1.0/accounts/6303/ach-relationships/default", "read"],
  ["Modify an ACH relationship", "PUT", "/v1.0/accounts/6303/ach-relationships/ed8f", "money"],
  ["Delete an ACH relationship", "DELETE", "/v1.0/accounts/6303/ach-relationships/ed8f", "money"],
  ["Approve an ACH relationship", "POST", "/v1.0/accounts/6303/ach-relationships/ed8f/approve", "money"],
  ["Deposit or withdraw via ACH", "POST", "/v1.0/accounts/6303/transfers/ach", "money"],
  ["Cancel an ACH transfer", "DELETE", "/v1.0/accounts/6303/transfers/ed8f", "money"],
  ["Get all transfers", "GET", "/v1.0/accounts/6303/transfers", "read"],
  ["Verify order placement", "POST", "/v1.0/accounts/6303/preview/orders", "read"],
  ["Place order", "POST", "/v1.0/accounts/6303/orders", "order"],
  ["Verify order replacement", "PUT", "/v1.0/accounts/6303/preview/orders/7", "read"],
  ["Replace order", "PUT", "/v1.0/accounts/6303/orders/7", "order"],
  ["Cancel an order", "DELETE", "/v1.0/accounts/6303/orders/7", "order"],
  ["Get order's info", "GET", "/v1.0/accounts/6303/orders/7", "read"],
  ["Get filtered orders", "GET", "/v1.0/accounts/6303/orders?pageSize=5", "read"],
  ["Get user's positions", "GET", "/v1.0/accounts/6303/positions", "read"],
  ["Get user's positions in a security", "GET", "/v1.0/accounts/6303/positions/AAPL", "read"],
  ["Get market value of all security groups", "GET", "/v1.0/accounts/6303/positions/groups", "read"],
  ["Get equity info by internal ID", "GET", "/v1.0/equities/4", "read"],
  ["Get equity info by ticker", "GET", "/v1.0/equities/BRK.B", "read"],
  ["Get equity info by mask", "GET", "/v1.0/equities/lookup?mask=AA", "read"],
  ["Get filtered equities", "GET", "/v1.0/equities", "read"],
  ["Get option info by internal ID", "GET", "/v1.0/options/99", "read"],
  ["Get option info by ticker", "GET", "/v1.0/options/AAPL%20200117C00200000", "read"],
  ["Get options' expiration dates", "GET", "/v1.0/options/expirations?underlying=AAPL", "read"],
  ["Get an option chain", "GET", "/v1.0/options/optionChain/AAPL", "read"],
  ["Get filtered options", "GET", "/v1.0/options", "read"],
  ["Add security to watchlist by ID", "PUT", "/v1.0/users/@me/watchlists/3/securities/4", "order"],
  ["Add security to watchlist by ticker", "PUT", "/v1.0/users/@me/watchlists/3/securities", "order"],
  ["Create new watchlist", "POST", "/v1.0/users/@me/watchlists", "order"],
  ["Delete watchlist", "DELETE", "/v1.0/users/@me/watchlists/3", "order"],
  ["Get specific watchlist", "GET", "/v1.0/users/@me/watchlists/3", "read"],
  ["Get user's watchlists", "GET", "/v1.0/users/@me/watchlists", "read"],
  ["Remove security from watchlist by ID", "DELETE", "/v1.0/users/@me/watchlists/3/securities/4", "order"],
  ["Remove security from watchlist by ticker", "DELETE", "/v1.0/users/@me/watchlists/3/securities", "order"],
  ["Rename watchlist", "PUT", "/v1.0/users/@me/watchlists/3/name?name=a", "order"],
  ["Create price alert", "POST", "/v1.0/users/@me/pricealerts", "order"],
  ["Delete price alert", "DELETE", "/v1.0/users/@me/pricealerts/5", "order"],
  ["Get specific alert", "GET", "/v1.0/users/@me/pricealerts/5", "read"],
  ["Get user's price alerts", "GET", "/v1.0/users/@me/pricealerts", "read"],
  ["Modify price alert", "PUT", "/v1.0/users/@me/pricealerts/5", "order"],
  ["Get comparison chart data", "PUT", "/v1.0/history/compare", "read"],
  ["Get candles and indicators", "PUT", "/v1.0/history/symbols", "read"],
  ["Get chart data in the Excel format", "POST", "/v1.0/history/export", "read"],
  ["Get news for a security", "GET", "/v1.0/news?symbol=AAPL", "read"],
  ["Get corporate actions for a security", "GET", "/v1.0/news/corporate-actions?symbol=AAPL", "read"],
  ["Submit feedback", "POST", "/v1.0/feedbacks", "order"],
  ["Get transactions", "GET", "/v1.0/accounts/6303/transactions", "read"],
  ["Streaming data", "GET", "/v1.0/streamers", "read"],
];

describe("the classes of calls", () => {
  it("A-13 every entry of AutoShares' sidebar is classed", () => {
    const wrong = sidebar.filter(
      ([, method, path, kind]) => classifyCall("autoshares", method, path) !== kind,
    );
    expect(wrong).toEqual([]);
    // Each of them is a row of the table, and not an unknown call that happens to count as an order.
    const unknown = sidebar.filter(
      ([, method, path, kind]) =>
        !knownCalls.autoshares.some(
          ([m, pattern, k]) => m === method && k === kind && strictly(pattern).test(path.replace(/\?.*/, "")),
        ),
    );
    expect(unknown).toEqual([]);
  });

  it("a known call spelt exactly has the class of its row, with a query or a trailing slash too", () => {
    for (const { broker, row } of rows) {
      const [method, pattern, kind] = row;
      const path = pattern.replace(/\{\*\}|\{\}/g, "A-1");
      for (const end of ["", "/", "?a=b", "/?a=%2e%2e/token"])
        expect(classifyCall(broker, method === "*" ? "GET" : method, path + end), path + end).toBe(kind);
    }
  });

  it("a read by another method is no read", () => {
    expect(classifyCall("autoshares", "GET", "/v1.0/accounts/1/orders")).toBe("read");
    expect(classifyCall("autoshares", "POST", "/v1.0/accounts/1/orders")).toBe("order");
    expect(classifyCall("zebu", "POST", "/NorenWClientAPI/GetQuotes")).toBe("read");
    expect(classifyCall("zebu", "GET", "/NorenWClientAPI/GetQuotes")).toBe("order");
    expect(classifyCall("zebu", "POST", "/NorenWClientAPI/getquotes")).toBe("order");
  });

  it("a login, token or logout endpoint is credential by every method", () => {
    for (const method of ["GET", "get", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ODD"]) {
      expect(classifyCall("autoshares", method, "/token")).toBe("credential");
      expect(classifyCall("ventura", method, "/login/v1/authorization/token")).toBe("credential");
      expect(classifyCall("nuvama", method, "/edelmw-login/login/accounts/loginvendor/TEST2")).toBe(
        "credential",
      );
      expect(classifyCall("zebu", method, "/NorenWClientAPI/RefreshToken")).toBe("credential");
      expect(classifyCall("rmoney", method, "/open-api/od/v1/vendor/getUserDetails")).toBe("credential");
    }
  });

  it("an encoded character in a symbol leaves a read a read, an encoded slash does not", () => {
    expect(classifyCall("autoshares", "GET", "/v1.0/equities/M%26M")).toBe("read");
    expect(classifyCall("autoshares", "GET", "/v1.0/equities/M%2FM")).toBe("order");
  });

  it("a path too long or encoded too often to be looked at is credential", () => {
    expect(classifyCall("zebu", "POST", `/${"a/".repeat(2000)}`)).toBe("order");
    expect(classifyCall("zebu", "POST", `/${"a/".repeat(2100)}`)).toBe("credential");
    expect(classifyCall("zebu", "POST", `/x%${"25".repeat(40)}41`)).toBe("credential");
  });

  it.each(disguises)("%s %s %s is %s", (broker, method, path, kind) => {
    expect(classifyCall(broker, method, path)).toBe(kind);
  });
});

/** The exact spelling of a pattern, as an expression: written otherwise than the code. */
function strictly(pattern: string): RegExp {
  const source = pattern
    .replace(/[.]/g, "\\.")
    .replace("{*}", ".+")
    .replaceAll("{}", "(?!\\.+(?:/|$))[^/;\\\\#?\\s]+");
  return new RegExp(`^${source}/?$`);
}

const piece = fc.oneof(
  fc.constantFrom(
    ...new Set(rows.flatMap(({ row }) => row[1].split("/")).filter((part) => part && !part.startsWith("{"))),
  ),
  fc.constantFrom(
    "..",
    ".",
    "",
    "%2e%2e",
    "%2f",
    "%5c",
    ";x",
    "@me",
    "6303",
    "%00",
    "%25",
    "\\",
    "Token",
    "．．",
  ),
  fc.string({ maxLength: 6 }),
);

describe("whatever is asked", () => {
  it("nothing but the exact spelling of a known read is a read", () => {
    const random = fc.array(piece, { maxLength: 8 });
    const reads = rows.filter(({ row }) => row[2] === "read");
    // A known read with something else at one place of it, or at none.
    const near = fc.tuple(fc.constantFrom(...reads), piece, fc.nat(12)).map(([{ row }, other, at]) =>
      row[1]
        .replaceAll("{}", "A-1")
        .split("/")
        .slice(1)
        .map((part, i) => (i === at ? other : part)),
    );
    const path = fc.oneof(random, near).map((pieces) => `/${pieces.join("/")}`);
    const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD");
    let seen = 0;
    fc.assert(
      fc.property(fc.constantFrom(...ids), method, path, (broker, verb, text) => {
        if (classifyCall(broker, verb, text) !== "read") return true;
        seen++;
        const bare = text.replace(/\?.*$/s, "");
        return knownCalls[broker].some(
          ([m, p, kind]) => kind === "read" && m === verb && strictly(p).test(bare),
        );
      }),
      { numRuns: 8000, seed: 7 },
    );
    expect(seen).toBeGreaterThan(50);
  });

  it("no spelling of a credential call is anything less", () => {
    const credential = rows.filter(({ row }) => row[2] === "credential");
    const spelling = fc.array(
      fc.constantFrom("same", "encoded", "twice", "upper", "dot", "empty", "params"),
      {
        minLength: 8,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...credential),
        spelling,
        fc.constantFrom("GET", "POST"),
        (call, ways, verb) => {
          const parts = call.row[1]
            .replaceAll(/\{\*?\}/g, "A-1")
            .split("/")
            .slice(1);
          const spelt = parts.map((part, i) => respell(part, ways[i % ways.length] ?? "same"));
          return classifyCall(call.broker, verb, `/${spelt.join("/")}`) === "credential";
        },
      ),
      { numRuns: 3000, seed: 11 },
    );
  });
});

function respell(part: string, way: string): string {
  const hex = part.charCodeAt(0).toString(16);
  if (way === "encoded") return `%${hex}${part.slice(1)}`;
  if (way === "twice") return `%25${hex}${part.slice(1)}`;
  if (way === "upper") return part.toUpperCase();
  if (way === "dot") return `x/../${part}`;
  if (way === "empty") return `/./${part}`;
  return way === "params" ? `${part};v=1` : part;
}
