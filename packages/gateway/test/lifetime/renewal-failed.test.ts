import { KunjiError } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FailedRenewal, renewalFailed } from "../../src/flows/renewal-failed.js";
import { databases } from "../support/databases.js";
import { hearChanges } from "../support/hear-changes.js";
import { hour, type LifetimeWorld, minute, newLifetimeWorld, tenant } from "./support/lifetime-world.js";

const [, onFile] = databases[0];
const broker = "zebu";
const refused = new KunjiError("login_needed", { broker });
const noTime = (retryAfterS?: number) =>
  new KunjiError("rate_limited", { broker, ...(retryAfterS !== undefined && { retryAfterS }) });
const unknown = new KunjiError("broker_unavailable", { broker });

describe("a renewal that failed", () => {
  let world: LifetimeWorld;
  let count = 0;
  beforeAll(async () => {
    world = await newLifetimeWorld(await onFile());
  });
  afterAll(() => world.close());

  /** A connection at whose renewal something was tried, without jitter: its session has an hour left. */
  async function tried() {
    const id = `c${++count}`;
    await world.connect(broker, id);
    const { connections } = world.store;
    await connections.lease(tenant, id, { owner: "renewer", ms: hour });
    await connections.noteTry(tenant, id, "renewer", { generation: 1, what: "refresh", at: world.now() });
    const [connection, session] = [await world.row(id), await world.session(id)];
    if (!session) throw new Error("no session");
    return { connection, session, dead: false, over: false };
  }
  const fails = async (error: KunjiError, facts: Partial<FailedRenewal> = {}) => {
    const ports = { ...world.ports, randomBytes: (length: number) => new Uint8Array(length) };
    return renewalFailed(ports, { ...(await tried()), ...facts }, error);
  };
  /** What the other gateways hear of meanwhile. */
  async function hearing(work: () => Promise<void>): Promise<readonly string[]> {
    const { heard, stop } = await hearChanges(world.store);
    await work();
    await stop();
    return heard;
  }
  const types = async (id: string) => (await world.told(id)).map(({ type }) => type);

  it("is tried again after a quarter of what is left, in half a minute to five minutes", async () => {
    const delays: number[] = [];
    for (const leftMs of [minute, 4 * minute, 12 * minute, hour]) {
      const { session } = await tried();
      const ending = { ...session, clocks: [{ kind: "moment", at: world.now() + leftMs }] } as typeof session;
      const stayed = await fails(noTime(), { session: ending });
      expect(stayed).toMatchObject({ status: "active", reason: null, triedAt: null, triedWhat: null });
      delays.push((stayed.dueAt ?? 0) - world.now());
    }
    expect(delays).toEqual([30_000, 60_000, 180_000, 300_000]);
  });

  it("is tried again in half a minute where no end is known", async () => {
    const { session } = await tried();
    const { dueAt } = await fails(noTime(), { session: { ...session, clocks: [] } });
    expect(dueAt).toBe(world.now() + 30_000);
  });

  it("is tried again no sooner than the broker wants", async () => {
    expect((await fails(noTime(3_600))).dueAt).toBe(world.now() + hour);
    expect((await fails(noTime(10))).dueAt).toBe(world.now() + 300_000);
  });

  it("is spread over a fifth of the wait", async () => {
    const facts = await tried();
    const ports = { ...world.ports, randomBytes: (length: number) => new Uint8Array(length).fill(255) };
    const { dueAt } = await renewalFailed(ports, facts, noTime());
    expect((dueAt ?? 0) - world.now()).toBeGreaterThan(350_000);
    expect((dueAt ?? 0) - world.now()).toBeLessThanOrEqual(360_000);
  });

  it("leaves a session that lives to its end where the broker refused, and everyone hears of it", async () => {
    const facts = await tried();
    let stayed = facts.connection;
    const heard = await hearing(async () => {
      stayed = await renewalFailed(world.ports, facts, refused);
    });
    expect(stayed).toMatchObject({ status: "active", reason: "refresh_refused", triedAt: null });
    expect(stayed.dueAt).toBe((stayed.endsAt ?? 0) - 30 * minute);
    expect(heard).toEqual([`${tenant} connection ${stayed.id}`]);
    expect(await types(stayed.id)).toEqual([]);
  });

  it("asks for a login where the broker refused and the session is over, and says whether the broker had ended it", async () => {
    const ended = await fails(refused, { over: true });
    expect(ended).toMatchObject({ status: "login_needed", reason: "refresh_refused" });
    const dead = await fails(refused, { over: true, dead: true });
    expect(dead).toMatchObject({ status: "login_needed", reason: "broker_ended" });
  });

  it("leaves it open whether the session lives where the outcome is unknown, or it is over and the broker had no time", async () => {
    const open = await fails(unknown);
    expect(open).toMatchObject({ status: "unsure", reason: "broker_unavailable", triedWhat: "refresh" });
    expect(await types(open.id)).toEqual(["connection.unsure"]);
    expect(await fails(noTime(), { over: true })).toMatchObject({ status: "unsure", reason: "rate_limited" });
  });

  it("leaves a connection unsure that was, and its next look is put off", async () => {
    const facts = await tried();
    const { id, generation } = facts.connection;
    const unsure = { status: "unsure", reason: "network_failed", at: world.now() } as const;
    await world.store.connections.change(tenant, id, { generation }, unsure);
    const stayed = await renewalFailed(world.ports, facts, noTime(3_600));
    expect(stayed).toMatchObject({ status: "unsure", triedAt: null, dueAt: world.now() + hour });
  });

  it("is left as it is where others have settled the connection meanwhile, and nobody hears of it", async () => {
    const facts = await tried();
    const { id } = facts.connection;
    await world.store.connections.close(tenant, id, world.now());
    const heard = await hearing(async () => {
      for (const error of [refused, noTime()])
        expect(await renewalFailed(world.ports, facts, error)).toMatchObject({ status: "closed" });
    });
    expect([heard, await types(id)]).toEqual([[], []]);
  });

  it("is counted by what came of it", async () => {
    const before = world.signalled.length;
    await fails(unknown);
    await fails(refused);
    await fails(noTime());
    const counted = world.signalled.slice(before).filter((signal) => signal.startsWith("refreshed"));
    expect(counted).toEqual(["refreshed zebu unknown", "refreshed zebu refused", "refreshed zebu refused"]);
  });
});
