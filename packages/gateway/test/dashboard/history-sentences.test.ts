import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventTypes } from "kunji/gateway";
import { describe, expect, it } from "vitest";
import type { HistoryNames } from "../../src/flows/history-names.js";
import {
  auditActions,
  auditSentence,
  type ToldRecord,
} from "../../src/http/pages/dashboard/audit-sentence.js";
import { eventSentence } from "../../src/http/pages/dashboard/event-sentence.js";

const names: HistoryNames = {
  connections: new Map([["con_1", { user: "asha", broker: "Nuvama", country: "IN" }]]),
  operators: new Map([["opr_1", "chief"]]),
  keys: new Map([["key_1", "web server"]]),
  webhooks: new Map([["whk_1", "hooks.example"]]),
};
const words = (markup: unknown) => String(markup).replace(/<[^>]*>/g, "");
const event = (type: string, data: object, connection: string | null = "con_1", here?: string) =>
  words(eventSentence({ type, connection, data: JSON.stringify(data) }, names, { here }));
const record = (given: Partial<ToldRecord>, here?: string) =>
  words(
    auditSentence(
      { key: null, action: "connection.close", kind: "connection", id: "con_1", facts: null, ...given },
      names,
      { here },
    ),
  );

describe("what happened, in a sentence", () => {
  it("names the user, the broker and the end on its market's clock, or says that nobody knows it", () => {
    const ends_at = "2026-11-22T19:00:00.000Z";
    expect(event("connection.active", { account: "N1", ends_at })).toBe(
      "asha at Nuvama is active with account N1 until 23 Nov, 00:30 India.",
    );
    expect(event("connection.active", { account: "N1", ends_at: null })).toBe(
      "asha at Nuvama is active with account N1. Nobody knows when the session ends.",
    );
    expect(event("connection.refreshed", { ends_at }, "con_1", "con_1")).toBe(
      "This connection was renewed until 23 Nov, 00:30 India.",
    );
    expect(
      event("connection.ends_soon", {
        why: "before_next_open",
        next_open: "2026-11-23T03:45:00.000Z",
        ends_at,
      }),
    ).toBe(
      "asha at Nuvama will be out before the market’s next open, 23 Nov, 09:15 India: the session ends 23 Nov, 00:30 India. Log in again before.",
    );
    expect(event("connection.login_failed", { reason: "login_denied" }, "con_1", "con_1")).toBe(
      "This connection was not logged in. The login was broken off at Nuvama, or Nuvama did not let them in. Log in again.",
    );
    expect(event("connection.login_needed", { reason: "session_over", connect_url: "https://secret" })).toBe(
      "asha at Nuvama needs a login. The session has come to its end. Log in again.",
    );
  });

  it("has words for every type, with and without its data, and a gentle one for types that are not known", () => {
    for (const type of eventTypes) {
      const sentence = event(type, { app: "zebu", webhook: "whk_1", sequence: 3 });
      expect([type, sentence]).toEqual([type, expect.stringMatching(/^[A-Z]|^asha/)]);
      expect([type, sentence]).toEqual([type, expect.stringMatching(/\.$/)]);
      expect(event(type, {}, "con_gone")).not.toMatch(/no words|undefined|null/);
    }
    expect(event("connection.danced", {})).toBe("Something happened that this page has no words for.");
    expect(event("toString", {})).toBe("Something happened that this page has no words for.");
    expect(event("connection.closed", {}, "con_gone")).toBe(
      "con_gone was closed for good, and its session erased.",
    );
  });
});

describe("who did what, in a sentence", () => {
  it("names operators, keys, the gateway and users' browsers, and what it was done to", () => {
    expect(record({ key: "opr_1" })).toBe("chief closed asha at Nuvama, and its session was erased.");
    expect(record({ key: "key_1", action: "session.read" }, "con_1")).toBe(
      "The API key web server read the session’s headers of this connection.",
    );
    const ofSession = JSON.stringify({ generation: 3 });
    expect(record({ key: "key_1", action: "session.read", facts: ofSession }, "con_1")).toBe(
      "The API key web server read the headers of this connection, of its session 3.",
    );
    expect(record({ key: "opr_1", action: "connection.add" }, "con_1")).toBe("chief made this connection.");
    expect(record({ key: "key_gone" })).toContain("key_gone closed");
    expect(record({ action: "connection.login" })).toBe(
      "A user’s browser finished a login of asha at Nuvama.",
    );
    const call = (facts: object) =>
      record({ key: "opr_1", action: "connection.call", facts: JSON.stringify(facts) });
    expect(call({ call: "order", path: "/orders/{}" })).toBe(
      "chief tried a call that may order with asha at Nuvama: /orders/{}.",
    );
    expect(call({ call: "money", path: "unknown" })).toBe(
      "chief tried a call that moves money with asha at Nuvama, at a path that isn’t known.",
    );
    expect(call({ call: "toString" })).toBe("chief tried a call with asha at Nuvama.");
    const facts = JSON.stringify({ reason: "session_over", generation: 2 });
    expect(record({ action: "connection.need_login", facts })).toBe(
      "The gateway found that a login is needed for asha at Nuvama. The session has come to its end. Log in again.",
    );
    const operator = { kind: "operator", id: "opr_1" } as const;
    expect(record({ ...operator, key: "opr_1", action: "operator.sign_in" })).toBe("chief signed in.");
    expect(
      record({ ...operator, key: "opr_1", action: "operator.second_factor", facts: '{"on":true}' }),
    ).toBe("chief turned the second factor on.");
    expect(record({ ...operator, action: "operator.password" })).toBe(
      "The gateway set a new password for the operator chief.",
    );
    expect(
      record({
        key: "key_1",
        action: "webhook.replay",
        kind: "webhook",
        id: "whk_1",
        facts: '{"from":3,"to":9}',
      }),
    ).toBe("The API key web server sent events 3 to 9 again to the webhook hooks.example.");
  });

  it("has words for every action that the gateway writes down", () => {
    const root = new URL("../../src", import.meta.url).pathname;
    const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.includes("http/"))
      .map((path) => readFileSync(join(root, path), "utf8"))
      .join("\n");
    const written = [
      ...[...sources.matchAll(/\baction: "([a-z_.]+)"/g)].map(([, action]) => action),
      ...[...sources.matchAll(/\bofConnection\("([a-z_]+)"\)/g)].map(([, action]) => `connection.${action}`),
      ...[
        ...sources.matchAll(/\bawait audit(?:Operator|Both)\([^"]*?"([a-z_]+)"(?: : "([a-z_]+)")?/g),
      ].flatMap(([, one, two]) => [one, two].filter(Boolean).map((action) => `operator.${action}`)),
      ...[...sources.matchAll(/\bauditKey\([^"]*?"([a-z_.]+)"/g)].map(([, action]) => action),
    ];
    expect(new Set(written).size).toBeGreaterThan(30);
    expect(written.filter((action) => !auditActions.includes(action ?? ""))).toEqual([]);
    expect(auditActions.filter((action) => !written.includes(action))).toEqual([]);
  });
});
