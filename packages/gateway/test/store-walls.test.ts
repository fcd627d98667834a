import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store, TenantData } from "../src/ports/store.js";
import { databases, type TestDatabase } from "./support/databases.js";
import { addConnection, addTenant, bytes, minute, newConnection, t0 } from "./support/rows.js";
import { addOwnRows, makingCalls, reachingCalls } from "./support/tenant-calls.js";

const nothing: readonly unknown[] = [undefined, false];
const emptyPage = { items: [], next: null };

const isEmpty = (answer: unknown): boolean =>
  nothing.includes(answer) ||
  (Array.isArray(answer) && answer.length === 0) ||
  JSON.stringify(answer) === JSON.stringify(emptyPage);

describe.each(databases)("the tenants' walls on %s", (_name, make) => {
  let database: TestDatabase;
  let store: Store;

  /** One row of every kind for `a`; the other tenants have nothing with these ids. */
  beforeAll(async () => {
    database = await make();
    store = await database.open();
    await addOwnRows(store, "a");
    await store.tenants.add("b", { name: "b", madeBy: null, at: t0 });
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it("are tried at every method of the port", () => {
    const parts: TenantData = store;
    const tried = new Set([...reachingCalls, ...makingCalls].map(({ name }) => name));
    const aggregates = Object.keys(store).filter(
      (name) =>
        ![
          "waysIn",
          "dueWork",
          "installation",
          "vaultRecords",
          "rotations",
          "sealedValues",
          "changes",
          "signInTries",
        ].includes(name),
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
    for (const { name, call } of reachingCalls) {
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
    await store.connections.close("c", "c1", t0 + 1);
    expect(await store.connections.get("d", "c1")).toMatchObject({ status: "new" });
    expect(await store.connections.get("c", "c2")).toBeUndefined();
  });
});
