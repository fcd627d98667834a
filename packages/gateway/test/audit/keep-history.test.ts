import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anchorAudits, eraseOldHistory } from "../../src/flows/keep-history.js";
import { verifyAudit } from "../../src/flows/verify-audit.js";
import type { NewAuditRecord } from "../../src/ports/audit.js";
import { databases, type TestDatabase } from "../support/databases.js";
import { runStatement } from "../support/run-statement.js";
import { type DeliveryWorld, newDeliveryWorld } from "../webhooks/support/delivery-world.js";
import { startReceiver, verified } from "../webhooks/support/receiver.js";

const day = 86_400_000;
const life = { eventsMs: 90 * day, auditMs: 1_827 * day };

describe.each(databases)("what has happened, on %s", (_name, make) => {
  let database: TestDatabase;
  let world: DeliveryWorld;
  beforeAll(async () => {
    database = await make();
    world = await newDeliveryWorld(database);
  });
  afterAll(() => world.close());

  const record = (id: string): NewAuditRecord => ({
    at: world.now(),
    key: null,
    action: "session.read",
    kind: "connection",
    id,
  });
  const sequences = async (tenant: string) =>
    (await world.store.events.list(tenant, 0, 5_000)).map(({ sequence }) => sequence);
  /** Runs the job until it finds nothing more. */
  async function erase(): Promise<void> {
    for (let round = 0; round < 20; round++)
      if ((await eraseOldHistory({ ...world.ports }, life)) === 0) return;
    throw new Error("The job finds work for ever.");
  }

  it("is erased when it has had its time: events with their deliveries, not a day sooner", async () => {
    const tenant = await world.addTenant();
    const to = await startReceiver();
    const { id } = await world.addWebhook(tenant, { url: to.url });
    await world.happen(tenant, "connection.created");
    await world.happen(tenant, "connection.active");
    await world.deliver();
    world.advance(2 * day);
    await world.happen(tenant, "connection.refreshed");
    await world.deliver();
    world.advance(88 * day);
    await erase();
    expect(await sequences(tenant)).toEqual([1, 2, 3]);
    world.advance(1);
    await erase();
    expect(await sequences(tenant)).toEqual([3]);
    expect((await world.deliveries(tenant, id)).map(({ sequence }) => sequence)).toEqual([3]);
    world.advance(2 * day);
    await erase();
    expect([await sequences(tenant), await world.deliveries(tenant, id)]).toEqual([[], []]);
    await world.happen(tenant, "connection.closed");
    expect(await sequences(tenant)).toEqual([4]);
    await world.endWebhooks();
    await to.close();
  });

  it("stays where it is on its way to somebody, with what came after it", async () => {
    const tenant = await world.addTenant();
    const to = await startReceiver((response) => void response.writeHead(500).end());
    for (const type of ["connection.created", "connection.active", "connection.closed"] as const)
      await world.happen(tenant, type);
    const { id } = await world.addWebhook(tenant, { url: to.url });
    world.advance(91 * day);
    const old = (await world.store.events.list(tenant, 1, 1)).slice(0, 1);
    expect(await world.store.webhooks.replay(tenant, id, old, world.now())).toBe(1);
    await erase();
    expect(await sequences(tenant)).toEqual([2, 3]);
    await world.deliverAll(tenant, id);
    await erase();
    expect((await world.deliveries(tenant, id)).map(({ sequence }) => sequence)).toEqual([]);
    await world.endWebhooks();
    await to.close();
  });

  it("is erased by one where several are at it, over a thousand events too", async () => {
    const tenant = await world.addTenant();
    await world.happenOften(tenant, 1_100);
    world.advance(91 * day);
    const before = world.now() - life.eventsMs;
    const counts = await Promise.all([1, 2, 3].map(() => world.store.events.erase(tenant, before, 1_000)));
    expect(counts.sort((a, b) => a - b)).toEqual([0, 100, 1_000]);
    expect(await sequences(tenant)).toEqual([]);
  });

  it("in the audit is erased after five years, and the rest of the chain is still whole", async () => {
    const tenant = await world.addTenant();
    const { audit } = world.store;
    for (const id of ["a", "b", "c"]) await audit.append(tenant, record(id));
    const [, second] = await audit.list(tenant, 0, 3);
    const anchor = { sequence: 2, hash: second?.hash ?? "" };
    world.advance(30 * day);
    await audit.append(tenant, record("d"));
    world.advance(life.auditMs - 30 * day);
    await erase();
    expect((await audit.list(tenant, 0, 9)).map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
    world.advance(1);
    await erase();
    const kept = await audit.list(tenant, 0, 9);
    expect(kept.map(({ sequence, action }) => [sequence, action])).toEqual([
      [4, "session.read"],
      [5, "audit.erase"],
    ]);
    const verdict = await verifyAudit(world.store, tenant, [anchor]);
    expect(verdict).toMatchObject({ intact: true, records: 2, erased: { sequence: 3 }, anchorsTooOld: 1 });
    expect(JSON.parse(kept[1]?.facts ?? "")).toEqual({ through: 3, hash: verdict.erased.hash });
    const own = { ...verdict.erased, hash: "0".repeat(64) };
    expect((await verifyAudit(world.store, tenant, [verdict.erased])).intact).toBe(true);
    expect((await verifyAudit(world.store, tenant, [own])).faults).toEqual([
      { sequence: 3, fault: "anchor_missed" },
    ]);
  });

  it("in the audit can't be erased by hand: no record tells of it", async () => {
    const tenant = await world.addTenant();
    for (const id of ["a", "b", "c"]) await world.store.audit.append(tenant, record(id));
    const [, second] = await world.store.audit.list(tenant, 0, 3);
    await runStatement(database.place, `delete from audit where tenant = '${tenant}' and sequence < 3`);
    await runStatement(
      database.place,
      `update tenants set audit_erased = 2, audit_erased_hash = '${second?.hash}' where id = '${tenant}'`,
    );
    expect((await verifyAudit(world.store, tenant)).faults).toEqual([
      { sequence: 2, fault: "erasure_unfounded" },
    ]);
  });

  it("in the audit is anchored by one caller in a day, however the audit grows meanwhile", async () => {
    const tenant = await world.addTenant();
    const { audit } = world.store;
    const anchor = () => audit.anchor(tenant, world.now() - day, world.now());
    expect(await anchor()).toBeUndefined();
    const first = await audit.append(tenant, record("a"));
    expect(await anchor()).toEqual({ sequence: 1, hash: first?.hash });
    await audit.append(tenant, record("b"));
    expect(await anchor()).toBeUndefined();
    world.advance(day);
    expect(await anchor()).toMatchObject({ sequence: 2 });
    world.advance(day);
    expect(await anchor()).toBeUndefined();
  });

  it("in the audit is anchored once a day where it has grown, by an event that webhooks carry away", async () => {
    const tenant = await world.addTenant();
    const to = await startReceiver();
    const { secret } = await world.addWebhook(tenant, { url: to.url });
    const anchors = async () =>
      (await world.store.events.list(tenant, 0, 99))
        .filter(({ type }) => type === "audit.anchored")
        .map(({ data }) => JSON.parse(data) as { sequence: number; hash: string });
    await Promise.all([1, 2, 3].map(() => anchorAudits(world.ports)));
    expect((await anchors()).map(({ sequence }) => sequence)).toEqual([1]);
    await world.store.audit.append(tenant, record("a"));
    world.advance(day - 1);
    await anchorAudits(world.ports);
    expect(await anchors()).toHaveLength(1);
    world.advance(1);
    await anchorAudits(world.ports);
    world.advance(2 * day);
    await anchorAudits(world.ports);
    expect((await anchors()).map(({ sequence }) => sequence)).toEqual([1, 2]);
    await world.deliver();
    const carried = to.received.map((message) => verified(message, secret) as { data: { hash: string } });
    expect(carried.map(({ data }) => data.hash)).toEqual((await anchors()).map(({ hash }) => hash));
    expect(await verifyAudit(world.store, tenant, await anchors())).toMatchObject({ intact: true });
    await world.endWebhooks();
    await to.close();
  });
});
