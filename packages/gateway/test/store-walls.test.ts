import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store, TenantData } from "../src/ports/store.js";
import { databases, type TestDatabase } from "./support/databases.js";
import {
  addConnection,
  addTenant,
  appOf,
  bytes,
  minute,
  newAttempt,
  newCode,
  newConnection,
  newKey,
  newSession,
  t0,
} from "./support/rows.js";

/** A call of each method for one row, in the name of any tenant. A method without one does not compile. */
type Calls = {
  readonly [A in keyof TenantData]: {
    readonly [M in keyof TenantData[A]]: (store: Store, tenant: string) => Promise<unknown>;
  };
};

const at = t0 + 1;
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
    take: (store, tenant) => store.codes.take(tenant, { connection: "own", hash: "code", now: t0 }),
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
    deliveries: (store, tenant) => store.webhooks.deliveries(tenant, "hook", 0, 10),
    settle: (store, tenant) =>
      store.webhooks.settle(tenant, "hook", 1, "wall", { status: 200, deliveredAt: at, dueAt: null }),
    end: (store, tenant) => store.webhooks.end(tenant, "hook", at),
  },
  audit: {
    list: (store, tenant) => store.audit.list(tenant, 0, 10),
  },
  events: {
    list: (store, tenant) => store.events.list(tenant, 0, 10),
  },
  connections: {
    get: (store, tenant) => store.connections.get(tenant, "own"),
    list: (store, tenant) => store.connections.list(tenant, {}, page),
    sharing: (store, tenant) => store.connections.sharing(tenant, "own"),
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

/** They only make rows of the tenant's own, or end the tenant that is named. `connections.add` names an app. */
const making = [
  "tenants.add",
  "tenants.end",
  "apiKeys.add",
  "apps.put",
  "events.append",
  "webhooks.add",
  "audit.append",
];
/** A request's answer is reached by its hash alone, and no answer tells a tenant of its own: a test below tries them. */
const answering = ["idempotency.begin", "idempotency.finish", "idempotency.forget"];
const makingForApp = ["connections.add"];

const nothing: readonly unknown[] = [undefined, false];
const emptyPage = { items: [], next: null };

const isEmpty = (answer: unknown): boolean =>
  nothing.includes(answer) ||
  (Array.isArray(answer) && answer.length === 0) ||
  JSON.stringify(answer) === JSON.stringify(emptyPage);

const calls = Object.entries(reaching).flatMap(([aggregate, methods]) =>
  Object.entries(methods).map(([method, call]) => ({ name: `${aggregate}.${method}`, call })),
);

describe.each(databases)("the tenants' walls on %s", (_name, make) => {
  let database: TestDatabase;
  let store: Store;

  /** One row of every kind for `a`; the other tenants have nothing with these ids. */
  beforeAll(async () => {
    database = await make();
    store = await database.open();
    await store.tenants.add("a", { name: "a", madeBy: null, at: t0 });
    await store.tenants.add("b", { name: "b", madeBy: null, at: t0 });
    await store.apps.put("a", { ...appOf("a"), id: "own", handle: "own" });
    for (const id of ["own", "twin"]) {
      await store.connections.add("a", newConnection({ id, app: "own" }));
      await store.connections.putSession("a", id, 0, newSession(id, { sessionKey: "shared" }));
    }
    await store.apiKeys.add("a", newKey({ id: "key" }));
    await store.codes.add("a", newCode({ connection: "own" }));
    const hook = { id: "hook", url: "x", sealedSecret: bytes("s"), types: null, createdAt: t0 };
    await store.webhooks.add("a", hook);
    await store.tenants.add("made by a", { name: "c", madeBy: "a", at: t0 });
    await store.audit.append("a", { at: t0, key: null, action: "app.put", kind: "app", id: "own" });
    await store.events.append("a", { id: "e", type: "t", connection: "own", data: "{}", at: t0 });
    await store.dueWork.claimDeliveries({ ...wish, now: t0, limit: 1 });
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it("are tried at every method of the port", () => {
    const parts: TenantData = store;
    const tried = new Set([...calls.map(({ name }) => name), ...making, ...makingForApp, ...answering]);
    const aggregates = Object.keys(store).filter(
      (name) => !["waysIn", "dueWork", "installation", "vaultRecords", "changes"].includes(name),
    );
    const methods = aggregates.flatMap((aggregate) => {
      const part: unknown = Reflect.get(parts, aggregate);
      if (typeof part === "function") return [];
      return Object.keys(part as object).map((method) => `${aggregate}.${method}`);
    });
    expect(methods.length).toBeGreaterThan(40);
    expect(methods.sort()).toEqual([...tried].sort());
  });

  it("take a method of another tenant's row for one that doesn't exist, and reach the owner's", async () => {
    const through: string[] = [];
    const unreached: string[] = [];
    for (const { name, call } of calls) {
      if (name !== "tenants.get" && !isEmpty(await call(store, "b"))) through.push(`${name} for b`);
      if (!isEmpty(await call(store, "nobody"))) through.push(`${name} for nobody`);
      if (isEmpty(await call(store, "a"))) unreached.push(name);
    }
    expect({ through, unreached }).toEqual({ through: [], unreached: [] });
  });

  it("keep a request's answer from another tenant with the same hash", async () => {
    const request = { hash: "request", bodyHash: "body", expiresAt: t0 + minute, now: t0 };
    const answer = { status: 201, sealedAnswer: bytes("a"), expiresAt: t0 + minute };
    const { idempotency } = store;
    for (const tenant of ["a", "b"]) expect(await idempotency.begin(tenant, request)).toBeUndefined();
    await idempotency.finish("b", "request", answer);
    expect(await idempotency.begin("a", request)).toMatchObject({ tenant: "a", status: null });
    await idempotency.forget("b", "request");
    await idempotency.forget("a", "request");
    expect(await idempotency.begin("b", request)).toMatchObject({ tenant: "b", status: 201 });
    expect(await idempotency.begin("a", request)).toBeUndefined();
  });

  it("keep a connection from another tenant's app, and let both have the same ids", async () => {
    const connection = newConnection({ id: "new", app: "own" });
    expect(await store.connections.add("b", connection)).toBeUndefined();
    expect(await store.connections.add("a", connection)).toBeDefined();
    await addTenant(store, "c");
    await addTenant(store, "d", false);
    await addConnection(store, "d", "c2");
    await store.connections.close("c", "c1", at);
    expect(await store.connections.get("d", "c1")).toMatchObject({ status: "new" });
    expect(await store.connections.get("c", "c2")).toBeUndefined();
  });
});
