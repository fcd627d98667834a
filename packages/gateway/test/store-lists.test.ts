import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConnectionFilter, ConnectionSummary } from "../src/ports/connections.js";
import type { Cursor, Listed, Page } from "../src/ports/page.js";
import type { Store, StoreParts } from "../src/ports/store.js";
import { databases, type TestDatabase } from "./support/databases.js";
import { addTenant, appOf, bytes, newConnection, newKey, newSession, t0 } from "./support/rows.js";

const users = ["ann", "bob", "eve"];

describe.each(databases)("lists of the store on %s", (_name, make) => {
  let database: TestDatabase;
  let store: Store;

  async function add(store: StoreParts, tenant: string, i: number): Promise<void> {
    const id = `c${String(i).padStart(3, "0")}`;
    const app = i % 2 ? "zebu" : "rm";
    const user = users[i % 3] ?? "";
    await store.connections.add(tenant, newConnection({ id, app, user }));
    // Five of them end at each moment, so that a page ends among equals; some ends are unknown.
    const endsAt = i % 7 === 0 ? null : t0 + Math.floor(((i * 37) % 100) / 10);
    if (i % 5) await store.connections.putSession(tenant, id, 0, newSession("s", { endsAt }));
  }

  const fill = (tenant: string): Promise<void> =>
    store.transaction(async (parts) => {
      await parts.tenants.add(tenant, { name: tenant, madeBy: null, at: t0 });
      await parts.apps.put(tenant, appOf(tenant));
      await parts.apps.put(tenant, { ...appOf(tenant), id: "rm", broker: "rmoney", handle: `rm-${tenant}` });
      for (let i = 0; i < 60; i += 2) await add(parts, tenant, i);
      for (let i = 1; i < 60; i += 2) await add(parts, tenant, i);
    });

  /** All pages, one after another. */
  async function walk<T extends { readonly id: string }>(
    list: (page: Page) => Promise<Listed<T>>,
    between: (page: number) => Promise<void> = async () => undefined,
  ): Promise<readonly T[]> {
    const all: T[] = [];
    let after: Cursor | undefined;
    for (let page = 0; ; page++) {
      expect(page).toBeLessThan(100);
      const { items, next } = await list({ limit: 4, after });
      expect(items.length).toBeLessThanOrEqual(4);
      all.push(...items);
      if (!next) return all;
      after = next;
      await between(page);
    }
  }

  beforeAll(async () => {
    database = await make();
    store = await database.open();
    await fill("one");
    await addTenant(store, "other");
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  const filters: readonly (readonly [string, ConnectionFilter, (one: ConnectionSummary) => boolean])[] = [
    ["all", {}, () => true],
    ["one user's", { user: "bob" }, ({ user }) => user === "bob"],
    ["one broker's", { broker: "rmoney" }, ({ broker }) => broker === "rmoney"],
    ["one app's", { app: "zebu" }, ({ app }) => app === "zebu"],
    ["those of a status", { status: "new" }, ({ status }) => status === "new"],
    ["those that end before", { endsBefore: t0 + 6 }, ({ endsAt }) => endsAt !== null && endsAt < t0 + 6],
    [
      "those of all conditions at once",
      { user: "ann", broker: "zebu", status: "active", endsBefore: t0 + 9 },
      ({ user, broker, status, endsAt }) =>
        user === "ann" && broker === "zebu" && status === "active" && endsAt !== null && endsAt < t0 + 9,
    ],
  ];

  it.each(filters)("page through %s without loss or double", async (_title, filter, wanted) => {
    const { items } = await store.connections.list("one", {}, { limit: 1_000 });
    expect(items).toHaveLength(60);
    const ids = items.filter(wanted).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(2);
    const walked = await walk((page) => store.connections.list("one", filter, page));
    expect(walked.map(({ id }) => id).sort()).toEqual(ids);
    expect(walked[0]).not.toHaveProperty("sealedSession");
  });

  it("put what ends first in front, where the end is asked for", async () => {
    const walked = await walk((page) => store.connections.list("one", { endsBefore: t0 + 9 }, page));
    const ends = walked.map(({ endsAt }) => endsAt ?? 0);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
  });

  it.each([
    ["ids", {}],
    ["ends", { endsBefore: t0 + 100 }],
  ] as const)(
    "neither repeat nor lose a row while rows are added between pages, in the order of %s",
    async (order, filter) => {
      const tenant = `growing-${order}`;
      await fill(tenant);
      const before = await walk((page) => store.connections.list(tenant, filter, page));
      const during = await walk(
        (page) => store.connections.list(tenant, filter, page),
        async (page) => {
          for (const name of ["a", "d"]) {
            const id = `${name}${page}`;
            await store.connections.add(tenant, newConnection({ id }));
            await store.connections.putSession(tenant, id, 0, newSession("s", { endsAt: t0 + (page % 9) }));
            if (page > 12) return;
          }
        },
      );
      const ids = during.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.filter((id) => id.startsWith("c"))).toEqual(before.map(({ id }) => id));
      expect(ids.length).toBeGreaterThan(before.length);
    },
  );

  it("page through the tenants that a tenant has made, and no others", async () => {
    const ids = Array.from({ length: 9 }, (_, i) => `made${i}`);
    await store.tenants.add("maker", { name: "maker", madeBy: null, at: t0 });
    await store.tenants.add("made by another", { name: "x", madeBy: "one", at: t0 });
    for (const id of [...ids].reverse()) await store.tenants.add(id, { name: id, madeBy: "maker", at: t0 });
    await store.tenants.end("made3", t0 + 1);
    const walked = await walk((page) => store.tenants.list("maker", page));
    expect(walked.map(({ id }) => id)).toEqual(ids);
    expect(walked[3]).toEqual({
      id: "made3",
      name: "made3",
      madeBy: "maker",
      createdAt: t0,
      endedAt: t0 + 1,
    });
  });

  it("page through API keys, apps and webhooks by their ids", async () => {
    await store.tenants.add("lists", { name: "lists", madeBy: null, at: t0 });
    const ids = Array.from({ length: 9 }, (_, i) => `x${i}`);
    for (const id of [...ids].reverse()) {
      await store.apiKeys.add("lists", newKey({ id, hash: `hash-${id}` }));
      await store.apps.put("lists", { ...appOf("lists"), id, handle: `lists-${id}` });
      const webhook = {
        id,
        url: "https://app.example",
        sealedSecret: bytes("s"),
        types: ["a"],
        createdAt: t0,
      };
      await store.webhooks.add("lists", webhook);
    }
    for (const aggregate of ["apiKeys", "apps", "webhooks"] as const) {
      const walked = await walk<{ readonly id: string }>((page) => store[aggregate].list("lists", page));
      expect(walked.map(({ id }) => id)).toEqual(ids);
    }
  });
});
