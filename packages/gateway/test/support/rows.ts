import type { NewApiKey } from "../../src/ports/api-keys.js";
import type { NewApp } from "../../src/ports/apps.js";
import type { NewAttempt } from "../../src/ports/attempts.js";
import type { Code } from "../../src/ports/codes.js";
import type { NewConnection, NewSession } from "../../src/ports/connections.js";
import type { StoreParts } from "../../src/ports/store.js";

/** A moment of 2026, ms since 1970, UTC. */
export const t0 = Date.UTC(2026, 10, 20, 6);
export const minute = 60_000;

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (value: Uint8Array | null | undefined): string | undefined =>
  value ? new TextDecoder().decode(value) : undefined;

/** The app `zebu` of a tenant. */
export const appOf = (tenant: string): NewApp => ({
  id: "zebu",
  broker: "zebu",
  environment: "sandbox",
  sealedKeys: bytes("keys"),
  returnUrls: ["https://app.example/back"],
  handle: `handle-${tenant}`,
  at: t0,
});

export const newConnection = (change: Partial<NewConnection> = {}): NewConnection => ({
  id: "c1",
  app: "zebu",
  user: "u1",
  expectedAccount: null,
  returnUrl: "https://app.example/back",
  at: t0,
  ...change,
});

/** An API key, with its hash. */
export const newKey = (change: Partial<NewApiKey> = {}): NewApiKey => ({
  id: "k1",
  name: "server",
  scopes: ["read"],
  calls: ["read"],
  createdAt: t0,
  hash: "key hash",
  ...change,
});

export const newSession = (name: string, change: Partial<NewSession> = {}): NewSession => ({
  sealedSession: bytes(name),
  sessionKey: null,
  account: "FA1",
  startedAt: t0,
  usedAt: t0,
  endsAt: t0 + 60 * minute,
  carriedUntil: null,
  dueAt: t0 + 50 * minute,
  status: "active",
  reason: null,
  at: t0,
  ...change,
});

export const newAttempt = (change: Partial<NewAttempt> = {}): NewAttempt => ({
  hash: "attempt",
  browserHash: "browser",
  app: "zebu",
  connection: "c1",
  returnUrl: "https://app.example/back",
  sealedAttempt: bytes("attempt"),
  createdAt: t0,
  expiresAt: t0 + 10 * minute,
  ...change,
});

export const newCode = (change: Partial<Omit<Code, "tenant">> = {}): Omit<Code, "tenant"> => ({
  hash: "code",
  connection: "c1",
  generation: 0,
  account: "FA1",
  sealedSession: bytes("waiting"),
  sessionKey: null,
  startedAt: t0,
  usedAt: t0,
  endsAt: null,
  createdAt: t0,
  expiresAt: t0 + 10 * minute,
  ...change,
});

/** A tenant with its app `zebu` and the connection `c1`, which has one session where `live`. */
export async function addTenant(store: StoreParts, tenant: string, live = true): Promise<void> {
  await store.tenants.add(tenant, { name: tenant, madeBy: null, at: t0 });
  await store.apps.put(tenant, appOf(tenant));
  await addConnection(store, tenant, "c1", live);
}

export async function addConnection(
  store: StoreParts,
  tenant: string,
  id: string,
  live = true,
): Promise<void> {
  await store.connections.add(tenant, newConnection({ id }));
  if (live) await store.connections.putSession(tenant, id, 0, newSession("first"));
}
