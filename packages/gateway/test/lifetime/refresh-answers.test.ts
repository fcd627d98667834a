import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { refreshSession } from "../../src/flows/refresh-session.js";
import { databases } from "../support/databases.js";
import {
  type FaultWish,
  type LifetimeWorld,
  minute,
  newLifetimeWorld,
  refreshPath,
  tenant,
} from "./support/lifetime-world.js";

type Class = "renewed" | "unsure" | "waits" | "refused";

/** What the broker, or what lies between, does to the renewal; what the connection is then. */
const answers: readonly (readonly [fault: string, wish: FaultWish, outcome: Class])[] = [
  ["reset-before-answer", {}, "unsure"],
  ["reset-mid-body", {}, "unsure"],
  ["cut-short", {}, "unsure"],
  ["endless", {}, "unsure"],
  ["gzip-bomb", {}, "unsure"],
  ["slow", { delay: "5s" }, "unsure"],
  ["redirect-301", {}, "unsure"],
  ["redirect-302", {}, "unsure"],
  ["redirect-303", {}, "unsure"],
  ["redirect-307", {}, "unsure"],
  ["redirect-308", {}, "unsure"],
  ["wrong-length", {}, "unsure"],
  ["not-json", {}, "unsure"],
  ["wrong-types", {}, "unsure"],
  ["missing-field", { field: "access_token" }, "unsure"],
  ["missing-field", { field: "expires_in" }, "unsure"],
  ["ok-without-token", {}, "unsure"],
  ["duplicate-keys", {}, "unsure"],
  ["html-error-page", {}, "unsure"],
  ["internal-error", {}, "unsure"],
  ["huge-answer", {}, "unsure"],
  ["too-many-requests", {}, "waits"],
  ["echo", {}, "refused"],
  ["missing-field", { field: "stat" }, "renewed"],
  ["missing-field", { field: "request_time" }, "renewed"],
  ["extra-fields", {}, "renewed"],
];

const is: Readonly<Record<Class, object>> = {
  renewed: { status: "active", generation: 2, reason: null, triedAt: null },
  unsure: { status: "unsure", generation: 1, triedWhat: "refresh" },
  waits: { status: "active", generation: 1, reason: null, triedAt: null },
  refused: { status: "active", generation: 1, reason: "refresh_refused", triedAt: null },
};

describe.each(databases)("the broker's answer to a refresh on %s", (_name, make) => {
  let world: LifetimeWorld;
  let count = 0;

  beforeAll(async () => {
    world = await newLifetimeWorld(await make());
  });
  afterEach(() => world.noFaults());
  afterAll(() => world.close());

  const connect = async (): Promise<string> => {
    count++;
    await world.connect("zebu", `c${count}`);
    return `c${count}`;
  };

  it.each(answers)("%s %o leaves the connection as it should be: %s", async (fault, wish, outcome) => {
    const id = await connect();
    await world.fault("zebu", fault, { path: refreshPath, ...wish });
    const after = await refreshSession(world.ports, tenant, id, 1);
    expect(after).toMatchObject(is[outcome]);
    expect(await world.session(id)).toBeDefined();
    const told = (await world.told(id)).map(({ type }) => type);
    expect(told).toEqual(
      { renewed: ["connection.refreshed"], unsure: ["connection.unsure"], waits: [], refused: [] }[outcome],
    );
  });

  it("is tried with everything that the catalogue has, but for what is about somebody else's account or a code", async () => {
    const { catalogue } = await (await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/faults`)).json();
    const known = (catalogue as readonly { name: string; kind: string }[]).filter(
      ({ kind }) => kind !== "identity",
    );
    const tried = new Set([...answers.map(([fault]) => fault), "reset-after-body"]);
    expect(known.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });

  it("with a reset behind its whole body counts, or leaves the connection unsure", async () => {
    const id = await connect();
    await world.fault("zebu", "reset-after-body", { path: refreshPath });
    const { status } = await refreshSession(world.ports, tenant, id, 1);
    expect(await world.row(id)).toMatchObject(status === "active" ? is.renewed : is.unsure);
  });

  it("as a refusal leaves a session that still lives to its end, and is not asked for again", async () => {
    const id = await connect();
    const session = await world.session(id);
    const { logout } = await world.client("zebu");
    if (!session || !logout) throw new Error("no session");
    await logout(session);
    const before = (await world.received("zebu", refreshPath)).length;
    const after = await refreshSession(world.ports, tenant, id, 1);
    expect(after).toMatchObject({
      status: "active",
      reason: "refresh_refused",
      generation: 1,
      triedAt: null,
    });
    expect(after.dueAt).toBe((after.endsAt ?? 0) - 30 * minute);
    expect((await refreshSession(world.ports, tenant, id, 1)).reason).toBe("refresh_refused");
    expect((await world.received("zebu", refreshPath)).length - before).toBe(1);
    expect(world.signalled).toContain("refreshed zebu refused");
  });

  it("as a refusal behind the session's end asks for a login, with a link", async () => {
    const id = await connect();
    await world.endAtBroker("zebu");
    world.advance(61 * minute);
    expect(await refreshSession(world.ports, tenant, id, 1)).toMatchObject({
      status: "login_needed",
      reason: "refresh_refused",
      sealedSession: null,
      endsAt: null,
      dueAt: null,
    });
    const [told] = await world.told(id);
    expect(told).toMatchObject({ type: "connection.login_needed", data: { reason: "refresh_refused" } });
    expect(told?.data.connect_url).toMatch(/^http:\/\/127\.0\.0\.1:4700\/connect\/\S+$/);
  });

  it("as an outage behind the session's end asks for no login", async () => {
    const id = await connect();
    world.advance(61 * minute);
    await world.fault("zebu", "too-many-requests", { path: refreshPath });
    expect(await refreshSession(world.ports, tenant, id, 1)).toMatchObject({
      status: "unsure",
      reason: "rate_limited",
    });
  });

  it("with a wish for fewer calls is heeded", async () => {
    const id = await connect();
    world.advance(59 * minute);
    await world.fault("zebu", "too-many-requests", { path: refreshPath });
    const { dueAt } = await refreshSession(world.ports, tenant, id, 1);
    expect((dueAt ?? 0) - world.now()).toBeGreaterThanOrEqual(30_000);
    expect((dueAt ?? 0) - world.now()).toBeLessThan(60_000);
  });
});
