import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiKeyHash, keyRow, newKeyText } from "../../src/flows/api-keys.js";
import { ownKey } from "../../src/own-key.js";
import type { Ports } from "../../src/ports/ports.js";
import { SettingError } from "../../src/setting-error.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";

const [a, b, c] = ["a", "b", "c"].map((name) => new Secret(`chosen-by-an-operator-0123456789-${name}`)) as [
  Secret,
  Secret,
  Secret,
];

describe.each(databases)("a key that the settings hold, on %s", (_name, database) => {
  let world: TestWorld;
  let data: string;
  let count = 0;
  /** Each test's own first tenant: its gateway takes the database for an empty one. */
  let tenant: string;
  beforeAll(async () => {
    world = await newWorld(await database());
    data = await mkdtemp(join(tmpdir(), "kunji-own-"));
  });
  afterAll(async () => {
    await world.close();
    await rm(data, { recursive: true });
  });

  const inEmpty = (ports: Ports): Ports => ({
    ...ports,
    store: {
      ...ports.store,
      installation: { ...ports.store.installation, hasTenants: async () => false },
    },
  });
  const start = (apiKey: Secret) => ownKey(inEmpty(world.ports), { apiKey, data, tenant }, () => undefined);
  const opens = async (key: Secret) => (await world.store.waysIn.apiKey(apiKeyHash(key)))?.tenant === tenant;
  const own = (key: Secret) => new Secret(`${key.reveal()}-${count}`);
  const next = () => {
    tenant = `first-${++count}`;
  };

  it("ends when another takes its place, though it was there when the tenant was made", async () => {
    next();
    await start(own(a));
    expect(await opens(own(a))).toBe(true);
    await start(own(b));
    expect([await opens(own(a)), await opens(own(b))]).toEqual([false, true]);
  });

  it("opens again when it comes back, and the one that was between them doesn't", async () => {
    next();
    for (const key of [b, c, b]) await start(own(key));
    expect([await opens(own(b)), await opens(own(c))]).toEqual([true, false]);
    const { items } = await world.store.apiKeys.list(tenant, { limit: 10 });
    expect(items.map(({ id, endedAt }) => [id.slice(0, 12), endedAt])).toEqual([["key_setting_", null]]);
    const told = (await world.store.audit.list(tenant, 0, 10)).map(({ action, key }) => [action, key]);
    expect(told).toEqual([
      ["tenant.add", null],
      ["key.add", null],
      ["key.add", null],
      ["key.end", null],
      ["key.add", null],
      ["key.end", null],
    ]);
  });

  it("ends however many other keys there are, and leaves those alone", async () => {
    next();
    await start(own(a));
    const wish = { name: "n", scopes: ["read"], calls: ["read"] } as const;
    await world.store.transaction(async ({ apiKeys }) => {
      for (let i = 0; i < 1_001; i++)
        await apiKeys.add(tenant, keyRow(world.ports, newKeyText(world.ports), wish));
    });
    await start(own(b));
    expect([await opens(own(a)), await opens(own(b))]).toEqual([false, true]);
    const { items } = await world.store.apiKeys.list(tenant, { limit: 2_000 });
    expect(items.filter(({ endedAt }) => endedAt === null)).toHaveLength(1_002);
  });

  it("keeps the gateway from starting where the API has ended it, and lets it start with another", async () => {
    next();
    await start(own(a));
    const known = await world.store.waysIn.apiKey(apiKeyHash(own(a)));
    await world.store.apiKeys.end(tenant, known?.id ?? "", world.now());
    const refused = await start(own(a)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SettingError);
    expect((refused as Error).message).toContain("KUNJI_API_KEY");
    expect((refused as Error).message).not.toContain(own(a).reveal());
    await start(own(b));
    expect(await opens(own(b))).toBe(true);
  });

  it("keeps the gateway from starting where it is another tenant's", async () => {
    next();
    await start(own(a));
    const foreign = own(a);
    next();
    await expect(start(foreign)).rejects.toThrow("KUNJI_API_KEY");
    await start(own(a));
    expect(await opens(own(a))).toBe(true);
  });

  it("leaves a file's key alone where two gateways without one start in one folder at once", async () => {
    next();
    const both = await Promise.all(
      [1, 2].map(() => ownKey(inEmpty(world.ports), { apiKey: undefined, data, tenant }, () => undefined)),
    );
    const kept = (await readFile(join(data, "gateway", "api-key"), "utf8")).trim();
    expect(both.map((key) => key?.reveal())).toEqual([kept, kept]);
    expect(await opens(new Secret(kept))).toBe(true);
  });
});
