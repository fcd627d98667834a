import type { Store, TenantData } from "../../src/ports/store.js";
import { appOf, bytes, minute, newAttempt, newCode, newConnection, newKey, newSession, t0 } from "./rows.js";

/** A call of each method for one row, in the name of any tenant. A method without one does not compile. */
type Calls = {
  readonly [A in keyof TenantData]: {
    readonly [M in keyof TenantData[A]]: (store: Store, tenant: string) => Promise<unknown>;
  };
};

const at = t0 + 1;
const hook = { id: "hook", url: "x", sealedSecret: bytes("s"), types: null, createdAt: t0 };
const event = { id: "e", type: "t", connection: "own", data: "{}", at: t0 };
const unused = {
  apps: null,
  brokers: null,
  users: null,
  failingSince: null,
  succeededAt: null,
  pausedAt: null,
  pausedFrom: null,
  endedAt: null,
};
const operator = {
  id: "opr",
  name: "asha",
  passwordHash: "first",
  passwordIsOneTime: false,
  createdAt: t0,
};
const session = {
  id: "ops",
  operator: "opr",
  hash: "session",
  needs: null,
  browser: "Firefox",
  createdAt: t0,
  usedAt: t0,
  expiresAt: t0 + 60 * minute,
};
const record = { at: t0, key: null, action: "app.put", kind: "app", id: "own" } as const;
const page = { limit: 10 };
const wish = { owner: "wall", ms: 60 * minute };
const attempt = { generation: 1, what: "refresh", at };
const change = { status: "login_needed", at } as const;

/** In the order in which they are called for the row's own tenant. */
const reaching = {
  tenants: {
    get: (store, tenant) => store.tenants.get(tenant),
    list: (store, tenant) => store.tenants.list(tenant, page),
  },
  apiKeys: {
    get: (store, tenant) => store.apiKeys.get(tenant, "key"),
    list: (store, tenant) => store.apiKeys.list(tenant, page),
    eraseOthers: (store, tenant) => store.apiKeys.eraseOthers(tenant, "other", "other-1"),
    end: (store, tenant) => store.apiKeys.end(tenant, "key", at),
  },
  apps: {
    get: (store, tenant) => store.apps.get(tenant, "own"),
    list: (store, tenant) => store.apps.list(tenant, page),
  },
  attempts: {
    open: (store, tenant) => store.attempts.open(tenant, newAttempt({ app: "own", connection: "own" })),
    take: (store, tenant) =>
      store.attempts.take(tenant, { handle: "own", broker: "zebu", browserHash: "browser", now: t0 }),
  },
  codes: {
    add: (store, tenant) => store.codes.add(tenant, newCode({ connection: "own", hash: "new code" })),
    find: (store, tenant) => store.codes.find(tenant, { connection: "own", hash: "code", now: t0 }),
    take: (store, tenant) => store.codes.take(tenant, { connection: "own", hash: "code", now: t0 }),
    forgetOfApp: (store, tenant) => store.codes.forgetOfApp(tenant, "own"),
  },
  vendorSessions: {
    lease: (store, tenant) => store.vendorSessions.lease(tenant, "own", { ...wish, at }),
    get: (store, tenant) => store.vendorSessions.get(tenant, "own"),
    noteTry: (store, tenant) =>
      store.vendorSessions.noteTry(tenant, "own", "wall", { ...attempt, generation: 0 }),
    put: (store, tenant) =>
      store.vendorSessions.put(tenant, "own", 0, { sealedSession: bytes("v"), endsAt: null, at }),
    logOut: (store, tenant) => store.vendorSessions.logOut(tenant, "own", 1, at),
    release: (store, tenant) => store.vendorSessions.release(tenant, "own", "wall"),
  },
  webhooks: {
    get: (store, tenant) => store.webhooks.get(tenant, "hook"),
    list: (store, tenant) => store.webhooks.list(tenant, page),
    newestDeliveries: (store, tenant) => store.webhooks.newestDeliveries(tenant, "hook", { limit: 10 }),
    deliveries: (store, tenant) => store.webhooks.deliveries(tenant, "hook", 0, 10),
    settle: (store, tenant) =>
      store.webhooks.settle(tenant, "hook", 1, "wall", { status: 200, deliveredAt: at, dueAt: null }),
    countLive: (store, tenant) => store.webhooks.countLive(tenant).then((live) => live > 0),
    change: (store, tenant) => store.webhooks.change(tenant, "hook", { url: "y" }),
    noteOutcome: (store, tenant) =>
      store.webhooks.noteOutcome(tenant, "hook", { taken: false, since: at, at }),
    pause: (store, tenant) => store.webhooks.pause(tenant, "hook", 1, at),
    resume: (store, tenant) => store.webhooks.resume(tenant, "hook"),
    end: (store, tenant) => store.webhooks.end(tenant, "hook", at),
  },
  operatorSessions: {
    list: (store, tenant) => store.operatorSessions.list(tenant, "opr", t0),
    touch: (store, tenant) =>
      store.operatorSessions.touch(tenant, "opr", "ops", { usedAt: at, expiresAt: session.expiresAt }),
    end: (store, tenant) => store.operatorSessions.end(tenant, "opr", "ops"),
    endAll: (store, tenant) => store.operatorSessions.endAll(tenant, "opr").then((ended) => ended > 0),
  },
  operators: {
    get: (store, tenant) => store.operators.get(tenant, "opr"),
    any: (store, tenant) => store.operators.any(tenant),
    list: (store, tenant) => store.operators.list(tenant, page),
    changePassword: (store, tenant) =>
      store.operators.changePassword(tenant, "opr", "first", {
        passwordHash: "second",
        passwordIsOneTime: true,
      }),
    changeTotp: (store, tenant) =>
      store.operators.changeTotp(tenant, "opr", { sealedTotp: bytes("t"), totpUsedStep: 1 }),
    useTotpStep: (store, tenant) => store.operators.useTotpStep(tenant, "opr", 2),
    end: (store, tenant) => store.operators.end(tenant, "opr", at),
  },
  audit: {
    chain: (store, tenant) => store.audit.chain(tenant).then((chain) => (chain?.head.sequence ?? 0) > 0),
    anchor: (store, tenant) => store.audit.anchor(tenant, at, at),
    list: (store, tenant) => store.audit.list(tenant, 0, 10),
    newest: (store, tenant) => store.audit.newest(tenant, { limit: 10 }),
  },
  events: {
    list: (store, tenant) => store.events.list(tenant, 0, 10),
    newest: (store, tenant) => store.events.newest(tenant, { limit: 10, connection: "own" }),
    erase: (store, tenant) => store.events.erase(tenant, at, 10).then((count) => count > 0),
  },
  connections: {
    get: (store, tenant) => store.connections.get(tenant, "own"),
    list: (store, tenant) => store.connections.list(tenant, {}, page),
    search: (store, tenant) => store.connections.search(tenant, "own", 10),
    counts: (store, tenant) => store.connections.counts(tenant, 10).then((counts) => counts.active > 0),
    countOfApp: (store, tenant) =>
      store.connections.countOfApp(tenant, "own", { status: "active", most: 10 }).then((count) => count > 0),
    endGroups: (store, tenant) =>
      store.connections.endGroups(tenant, {
        brokers: ["zebu"],
        from: t0,
        until: t0 + 120 * minute,
        stepMs: 60 * minute,
        most: 10,
      }),
    notReady: (store, tenant) =>
      store.connections.notReady(tenant, [{ broker: "zebu", at: t0 + 120 * minute }], page),
    hold: (store, tenant) => store.connections.hold(tenant, ["own"]),
    sharing: (store, tenant) => store.connections.sharing(tenant, "own"),
    anyWithSession: (store, tenant) => store.connections.anyWithSession(tenant, "own", "shared"),
    touch: (store, tenant) => store.connections.touch(tenant, "own", { at, endsAt: null }),
    lease: (store, tenant) => store.connections.lease(tenant, "own", wish),
    noteTry: (store, tenant) => store.connections.noteTry(tenant, "own", "wall", attempt),
    release: (store, tenant) => store.connections.release(tenant, "own", "wall"),
    change: (store, tenant) => store.connections.change(tenant, "own", { generation: 1 }, change),
    changeAllOfApp: (store, tenant) =>
      store.connections.changeAllOfApp(tenant, "own", ["login_needed"], change),
    putSession: (store, tenant) => store.connections.putSession(tenant, "own", 1, newSession("next")),
    close: (store, tenant) => store.connections.close(tenant, "own", at),
  },
} as const satisfies { readonly [A in keyof Calls]?: Partial<Calls[A]> };

const request = { hash: "request", bodyHash: "body", now: t0, expiresAt: t0 + minute };

/**
 * They make rows of the tenant's own, end the tenant that is named, or answer nothing about a row. Only `connections.add`
 * names another row, the app.
 */
const making = {
  connections: {
    add: (store, tenant) => store.connections.add(tenant, newConnection({ id: "new", app: "own" })),
  },
  idempotency: {
    begin: (store, tenant) => store.idempotency.begin(tenant, request),
    finish: (store, tenant) =>
      store.idempotency.finish(tenant, "request", { status: 201, sealedAnswer: bytes("a"), expiresAt: at }),
    forget: (store, tenant) => store.idempotency.forget(tenant, "request"),
  },
  apiKeys: { add: (store, tenant) => store.apiKeys.add(tenant, newKey({ id: "new", hash: "new key" })) },
  apps: {
    put: (store, tenant) => store.apps.put(tenant, { ...appOf(tenant), id: "new", handle: "new" }),
  },
  webhooks: {
    add: (store, tenant) => store.webhooks.add(tenant, { ...hook, id: "new" }),
    wanted: (store, tenant) =>
      store.webhooks.wanted(tenant, { ...hook, ...unused, tenant }, [{ ...event, tenant, sequence: 1 }]),
    replay: (store, tenant) => store.webhooks.replay(tenant, "new", [{ ...event, tenant, sequence: 1 }], at),
  },
  orderBudgets: {
    take: (store, tenant) =>
      store.orderBudgets.take(tenant, { app: "own", connection: "own", perConnection: 1, perApp: 1 }),
  },
  operators: {
    add: (store, tenant) => store.operators.add(tenant, { ...operator, id: "new", name: "new" }),
  },
  operatorSessions: {
    add: (store, tenant) =>
      store.operatorSessions.add(tenant, { ...session, id: "new", hash: "new session" }, 1),
  },
  events: { append: (store, tenant) => store.events.append(tenant, { ...event, id: "e2", at }) },
  audit: {
    append: (store, tenant) => store.audit.append(tenant, record),
    erase: (store, tenant) => store.audit.erase(tenant, at, 10),
  },
  tenants: {
    add: (store, tenant) => store.tenants.add(tenant, { name: "again", madeBy: null, at }),
    end: (store, tenant) => store.tenants.end(tenant, at),
  },
} as const satisfies { readonly [A in keyof Calls]?: Partial<Calls[A]> };

const named = (
  aggregates: Readonly<
    Record<string, Readonly<Record<string, (store: Store, tenant: string) => Promise<unknown>>>>
  >,
) =>
  Object.entries(aggregates).flatMap(([aggregate, methods]) =>
    Object.entries(methods).map(([method, call]) => ({ name: `${aggregate}.${method}`, call })),
  );

/** The calls that must answer another tenant as if there were nothing. */
export const reachingCalls = named(reaching);
/** All other calls with a tenant. */
export const makingCalls = named(making);

/** One row of every kind for `tenant`, which those calls are about. */
export async function addOwnRows(store: Store, tenant: string): Promise<void> {
  await store.tenants.add(tenant, { name: "owner", madeBy: null, at: t0 });
  await store.apps.put(tenant, { ...appOf(tenant), id: "own", handle: "own" });
  for (const id of ["own", "twin"]) {
    await store.connections.add(tenant, newConnection({ id, app: "own" }));
    await store.connections.putSession(tenant, id, 0, newSession(id, { sessionKey: "shared" }));
  }
  await store.apiKeys.add(tenant, newKey({ id: "key" }));
  await store.apiKeys.add(tenant, newKey({ id: "other-2", hash: `other of ${tenant}` }));
  await store.codes.add(tenant, newCode({ connection: "own" }));
  await store.webhooks.add(tenant, hook);
  await store.operators.add(tenant, operator);
  for (const id of ["ops", "ops-2"])
    await store.operatorSessions.add(tenant, { ...session, id, hash: `${id} of ${tenant}` }, 9);
  await store.tenants.add(`made by ${tenant}`, { name: "c", madeBy: tenant, at: t0 });
  await store.audit.append(tenant, record);
  await store.events.append(tenant, event);
  await store.dueWork.claimDeliveries({ ...wish, now: t0, limit: 1 });
}
