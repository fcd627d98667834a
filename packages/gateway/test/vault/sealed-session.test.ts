import { createHash } from "node:crypto";
import { brokers, Secret, type Session } from "kunji";
import { describe, expect, it } from "vitest";
import {
  openSession,
  sealSession,
  sessionColumns,
  sessionKeyOf,
  sessionSlot,
} from "../../src/flows/seal-session.js";
import type { Connection } from "../../src/ports/connections.js";
import type { Ports } from "../../src/ports/ports.js";
import { minute, t0 } from "../support/rows.js";
import { newLine, thrownBy, vaultOf } from "./support/vaults.js";

const traits = Object.fromEntries(Object.entries(brokers).map(([id, { traits }]) => [id, traits]));
const ports = { brokers: { traits } as unknown as Ports["brokers"] };

const sessionOf = (broker: Session["broker"], secrets: Record<string, string>): Session => ({
  broker,
  account: "FA1",
  confirmed: true,
  startedAt: t0,
  usedAt: t0 + minute,
  clocks: [{ kind: "moment", at: t0 + 60 * minute }],
  secrets: Object.fromEntries(Object.entries(secrets).map(([name, text]) => [name, new Secret(text)])),
});
const keyOf = (broker: Session["broker"], secrets: Record<string, string>) =>
  sessionKeyOf(ports, sessionOf(broker, secrets));

describe("the key of a session", () => {
  it("is a hash of its tokens, in whatever order they come", () => {
    const tokens = JSON.stringify([
      ["access", "one"],
      ["refresh", "two"],
    ]);
    const hash = createHash("sha256").update(`kunji:session:v1\0${tokens}`).digest("base64url");
    expect(keyOf("zebu", { access: "one", refresh: "two" })).toBe(hash);
    expect(keyOf("zebu", { refresh: "two", access: "one" })).toBe(hash);
  });

  it("is another one with any other token", () => {
    const one = keyOf("zebu", { access: "one", refresh: "two" });
    expect(keyOf("zebu", { access: "one", refresh: "else" })).not.toBe(one);
    expect(keyOf("zebu", { access: "else", refresh: "two" })).not.toBe(one);
    expect(keyOf("zebu", { access: "one" })).not.toBe(one);
  });

  it("is of the one token that logins share, where only that one is shared", () => {
    const one = keyOf("nuvama", { authorization: "shared", appIdKey: "own" });
    expect(keyOf("nuvama", { authorization: "shared", appIdKey: "another's" })).toBe(one);
    expect(keyOf("nuvama", { authorization: "else", appIdKey: "own" })).not.toBe(one);
  });
});

describe("the columns beside a sealed session", () => {
  const session = sessionOf("rmoney", { token: "one" });

  it("say when it began, was used and ends, and that nothing renews it", () => {
    expect(sessionColumns(ports, session)).toEqual({
      sessionKey: sessionKeyOf(ports, session),
      startedAt: t0,
      usedAt: t0 + minute,
      endsAt: t0 + 60 * minute,
      carriedUntil: null,
    });
  });

  it("say how far renewals carry it, where its broker renews it", () => {
    const renewed = { ...sessionOf("zebu", { access: "one" }), refreshEndsAt: t0 + 600 * minute };
    expect(sessionColumns(ports, renewed)).toMatchObject({ carriedUntil: t0 + 600 * minute });
  });

  it("name no end where nobody knows it", () => {
    expect(sessionColumns(ports, { ...session, clocks: [] })).toMatchObject({ endsAt: null });
  });
});

describe("a session that was sealed", () => {
  const session = sessionOf("rmoney", { token: "one" });
  const rowOf = (row: Partial<Connection>) =>
    ({ tenant: "acme", id: "c1", broker: "rmoney", sealedSession: null, usedAt: null, ...row }) as Connection;

  it("opens in its own row alone, with its last use", async () => {
    const { vault } = await vaultOf([newLine("k1")]);
    const own = { vault } as unknown as Pick<Ports, "vault">;
    const sealedSession = await sealSession(own, "acme", "c1", session);
    const usedAt = (ms: number | null) => openSession(own, rowOf({ sealedSession, usedAt: ms }))?.usedAt;
    expect(openSession(own, rowOf({ sealedSession }))).toEqual(session);
    expect([usedAt(t0), usedAt(t0 + 2 * minute)]).toEqual([t0 + minute, t0 + 2 * minute]);
    for (const row of [{ tenant: "other" }, { id: "c2" }])
      expect(thrownBy(() => openSession(own, rowOf({ ...row, sealedSession })))).toMatchObject({
        code: "sealed_unreadable",
      });
    expect(thrownBy(() => openSession(own, rowOf({ sealedSession, broker: "zebu" })))).toMatchObject({
      code: "session_unreadable",
    });
  });

  it("is none where the row has none", async () => {
    const { vault } = await vaultOf([newLine("k1")]);
    expect(openSession({ vault } as unknown as Pick<Ports, "vault">, rowOf({}))).toBeUndefined();
  });

  it("lies in the place that rotations know", () => {
    expect(sessionSlot("acme", "c1")).toEqual({
      tenant: "acme",
      kind: "connection",
      id: "c1",
      field: "session",
    });
  });
});
