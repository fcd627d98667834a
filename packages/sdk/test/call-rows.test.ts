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

  it("has the broker's first call as a read", () => {
    const { method, path } = brokers[id].traits.firstCall;
    expect(classifyCall(id, method, path)).toBe("read");
  });
});
