import { describe, expect, it } from "vitest";
import { classifyCall, knownCalls } from "../src/calls.js";
import { type BrokerId, brokers } from "../src/index.js";

/** Where each broker's calls lie, below the base of its API. */
const places: Readonly<Record<BrokerId, RegExp>> = {
  ventura: /^\/(?:auth|login|portal|user|portfolio|trade|instrument|partner)(?:\/|$)/,
  autoshares: /^\/(?:token$|logout$|v1\.0\/)/,
  nuvama: /^\/(?:edelmw-(?:login|eq\/eq|comm\/comm|content\/content)\/|api-connect\/|login(?:\/|$))/,
  zebu: /^\/(?:OAuthlogin|NorenWClientAPI|NorenWClientTP)\//,
  rmoney: /^\/(?:auth|open-api\/(?:od|order-notify))\//,
};

/** Where each broker's logins go: pages, exchanges, vendor logins and the logins of older clients. */
const logins: Readonly<Record<BrokerId, readonly string[]>> = {
  ventura: ["/auth/v1/login", "/login/v1/authorization/token", "/login/v1/authorization/totp"],
  autoshares: ["/token"],
  nuvama: ["/login", "/api-connect/login", "/edelmw-login/login/accounts/loginvendor/TEST2"],
  zebu: ["/OAuthlogin/authorize/oauth", "/NorenWClientAPI/GenAcsTok", "/NorenWClientTP/QuickAuth"],
  rmoney: ["/open-api/od/v1/vendor/getUserDetails"],
};

/** Segments, none of them empty; `{}` is any one, `{*}` at the end one or more. */
const whole = /^(?:\/(?:[\w.@-]+|\{\}))+(?:\/\{\*\})?$/;

describe.each(Object.keys(knownCalls) as BrokerId[])("the table of %s", (id) => {
  it("names of every call the method, the path and what it can do", () => {
    for (const row of knownCalls[id]) {
      const [method, pattern, kind] = row;
      const named = `${method} ${pattern} ${kind}`;
      expect(row, named).toHaveLength(3);
      expect(pattern, named).toMatch(whole);
      expect(pattern, named).toMatch(places[id]);
      expect(["read", "order", "money", "credential"], named).toContain(kind);
      if (kind !== "credential" || method !== "*")
        expect(["GET", "POST", "PUT", "PATCH", "DELETE"], named).toContain(method);
    }
  });

  it("lists no call twice, and has a read, an order and a credential call", () => {
    const keys = knownCalls[id].map(([method, pattern]) => `${method} ${pattern}`);
    expect(new Set(keys).size).toBe(keys.length);
    const kinds = new Set(knownCalls[id].map(([, , kind]) => kind));
    for (const kind of ["read", "order", "credential"] as const) expect(kinds).toContain(kind);
  });

  it("lists where the broker's logins go, as credential", () => {
    const credential = knownCalls[id].filter(([, , kind]) => kind === "credential");
    const covers = (pattern: string, path: string) =>
      pattern.endsWith("/{*}") ? path.startsWith(pattern.slice(0, -3)) : pattern === path;
    for (const path of logins[id])
      expect(credential.filter(([, pattern]) => covers(pattern, path)).length, path).toBeGreaterThan(0);
  });

  it("has the broker's first call as a read", () => {
    const { method, path } = brokers[id].traits.firstCall;
    expect(classifyCall(id, method, path)).toBe("read");
  });
});
