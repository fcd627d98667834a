import { type AnyClient, KunjiError } from "kunji";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Problem } from "../../src/domain/problem.js";
import { askBroker, probeSession } from "../../src/flows/probe-session.js";
import type { Connection } from "../../src/ports/connections.js";
import { databases } from "../support/databases.js";
import { hearChanges } from "../support/hear-changes.js";
import { reachingBy } from "./support/interrupted.js";
import { hour, type LifetimeWorld, newLifetimeWorld, refreshPath, tenant } from "./support/lifetime-world.js";

const [, onFile] = databases[0];
const owner = "the prober";
const day = 24 * hour;

describe("what a broker says of a session", () => {
  let world: LifetimeWorld;
  beforeAll(async () => {
    world = await newLifetimeWorld(await onFile());
    await world.connect("zebu", "asked");
  });
  afterAll(() => world.close());

  /** Asks of a session with a client whose first call ends so. */
  async function asked(prove: AnyClient["prove"]) {
    const session = await world.session("asked");
    if (!session) throw new Error("no session");
    return askBroker({ ...(await world.client("zebu")), prove }, session);
  }
  const says = (error: Error) => asked(() => Promise.reject(error));

  it("is that it lives, where the first call succeeds", async () => {
    expect(await asked(async (session) => ({ ...session, account: "ZP0001" }))).toMatchObject({
      kind: "accepted",
      session: { account: "ZP0001" },
    });
  });

  it("is that it is dead, where the broker wants a login or names another account", async () => {
    const refused = new KunjiError("login_needed", { broker: "zebu" });
    expect(await says(refused)).toEqual({ kind: "dead", reason: "broker_ended" });
    const another = new KunjiError("account_mismatch", { broker: "zebu" });
    expect(await says(another)).toEqual({ kind: "dead", reason: "account_mismatch" });
  });

  it("is unknown where the vendor's session is at fault, or another gateway is at work on that", async () => {
    const vendor = new KunjiError("login_needed", { broker: "nuvama", field: "vendor" });
    expect(await says(vendor)).toEqual({ kind: "unreachable", code: "login_needed" });
    expect(await says(new Problem("busy", { broker: "nuvama" }))).toEqual({
      kind: "unreachable",
      code: "busy",
    });
  });

  it("is not read out of what is no answer of its own", async () => {
    for (const error of [new Problem("app_unusable"), new TypeError("a fault in the code")])
      await expect(says(error)).rejects.toBe(error);
    const coded = Object.assign(new Error("no Problem"), { code: "busy" });
    await expect(says(coded)).rejects.toBe(coded);
  });
});

describe("an unsure connection that is probed", () => {
  let world: LifetimeWorld;
  let count = 0;
  beforeAll(async () => {
    world = await newLifetimeWorld(await onFile());
  });
  afterEach(() => world.noFaults());
  afterAll(() => world.close());

  const marked = async (id: string, triedAt: number | null): Promise<Connection> => {
    const { connections } = world.store;
    const { generation } = await world.row(id);
    if (triedAt !== null) {
      await connections.lease(tenant, id, { owner: "renewer", ms: hour });
      await connections.noteTry(tenant, id, "renewer", { generation, what: "refresh", at: triedAt });
      await connections.release(tenant, id, "renewer");
    }
    const change = { status: "unsure", reason: "outcome_unknown", at: world.now() } as const;
    const unsure = await connections.change(tenant, id, { generation }, change);
    if (!unsure) throw new Error("not marked");
    return unsure;
  };
  /** A connection of which it isn't known whether its session lives. */
  async function unsure(broker: "zebu" | "ventura"): Promise<Connection> {
    count++;
    await world.connect(broker, `c${count}`);
    return marked(`c${count}`, world.now());
  }
  /** As `unsure`, of a session whose end isn't known. */
  async function endless(triedAt: number | null): Promise<Connection> {
    const { id } = await unsure("zebu");
    const session = await world.session(id);
    if (!session) throw new Error("no session");
    await world.keep(id, { ...session, clocks: [] });
    return marked(id, triedAt);
  }
  const probe = (connection: Connection) => probeSession(world.ports, connection, owner);

  it("is active again where the broker takes the session, and everyone hears of it", async () => {
    const connection = await unsure("zebu");
    const { heard, stop } = await hearChanges(world.store);
    expect(await probe(connection)).toMatchObject({ status: "active", reason: null, triedAt: null });
    await stop();
    expect(heard).toEqual([`${tenant} connection ${connection.id}`]);
    const ends_at = new Date(connection.endsAt ?? 0).toISOString();
    expect(await world.told(connection.id)).toEqual([
      {
        type: "connection.active",
        connection: connection.id,
        data: { account: "ZP0001", generation: 1, ends_at },
      },
    ]);
  });

  it("tells of no end where none is known", async () => {
    const connection = await endless(world.now());
    expect(await probe(connection)).toMatchObject({ status: "active" });
    expect(await world.told(connection.id)).toMatchObject([{ data: { ends_at: null } }]);
  });

  it("is left as it is where others have settled it meanwhile", async () => {
    const connection = await unsure("zebu");
    await world.store.connections.close(tenant, connection.id, world.now());
    expect(await probe(connection)).toMatchObject({ status: "closed", sealedSession: null });
    expect(await world.told(connection.id)).toEqual([]);
  });

  it("has nothing to be probed where it has no session", async () => {
    await world.add("zebu", "empty");
    const empty = await world.row("empty");
    expect(await probe(empty)).toBe(empty);
  });

  it("asks for a login where the broker names another account, and renews nothing", async () => {
    const connection = await unsure("zebu");
    const before = (await world.received("zebu", refreshPath)).length;
    const ports = reachingBy(world, async (url, init) => {
      const answer = await fetch(url, init);
      return Response.json({ ...(await answer.json()), actid: "ZP0002" });
    });
    expect(await probeSession(ports, connection, owner)).toMatchObject({
      status: "login_needed",
      reason: "account_mismatch",
    });
    expect(await world.received("zebu", refreshPath)).toHaveLength(before);
  });

  it("asks for a login where the session has come to an end that can't be put off", async () => {
    const connection = await unsure("ventura");
    const session = await world.session(connection.id);
    expect(session?.clocks).not.toEqual([]);
    world.advance((connection.endsAt ?? 0) - world.now());
    expect(await probe(connection)).toMatchObject({ status: "login_needed", reason: "session_over" });
  });

  it("asks for a login where the broker has ended a session that nothing renews", async () => {
    const connection = await unsure("ventura");
    await world.endAtBroker("ventura");
    expect(await probe(connection)).toMatchObject({ status: "login_needed", reason: "broker_ended" });
  });

  it("is given up a day behind its try, or its last change, where no end is known", async () => {
    const changed = await endless(null);
    const tried = await endless(world.now() - hour);
    await world.fault("zebu", "internal-error", { times: 1_000 });
    world.advance(day - hour - 1);
    expect(await probe(tried)).toMatchObject({ status: "unsure" });
    world.advance(1);
    expect(await probe(tried)).toMatchObject({ status: "login_needed", reason: "outcome_unknown" });
    expect(await probe(changed)).toMatchObject({ status: "unsure" });
    world.advance(hour);
    expect(await probe(changed)).toMatchObject({ status: "login_needed", reason: "outcome_unknown" });
  });
});
