import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endSessions } from "../../src/flows/operators/operators.js";
import { closeServer } from "../../src/http/close-server.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases, type TestDatabase } from "../support/databases.js";
import { addOperator, personIn } from "./support/operators.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

/** A stream of events that is read as it comes. */
interface Follower {
  readonly status: number;
  readonly headers: Headers;
  /** The kinds of changes that have come so far. */
  readonly kinds: string[];
  readonly ended: Promise<void>;
  stop(): void;
}

async function follow(world: ApiWorld, cookie: string | undefined): Promise<Follower> {
  const away = new AbortController();
  const answer = await fetch(`${world.url}/live`, {
    headers: { cookie: `kunji_operator=${cookie}` },
    signal: away.signal,
  });
  const kinds: string[] = [];
  async function read(): Promise<void> {
    if (answer.status !== 200 || !answer.body) return;
    let text = "";
    const decoder = new TextDecoder();
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(part, { stream: true });
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const [, kind] = /^event: changed\ndata: {"kind":"(\w+)"}$/.exec(event) ?? [];
        if (kind) kinds.push(kind);
      }
    }
  }
  const ended = read().catch(() => undefined);
  return { status: answer.status, headers: answer.headers, kinds, ended, stop: () => away.abort() };
}

const until = async (happens: () => boolean): Promise<void> => {
  const deadline = performance.now() + 20_000;
  while (!happens() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(happens()).toBe(true);
};

describe.each(databases)("the stream of changes on %s", (_, make) => {
  let world: ApiWorld;
  let database: TestDatabase;
  let asha: SignedInPerson;
  let serial = 0;
  beforeAll(async () => {
    database = await make();
    world = await newApiWorld(database);
    for (const tenant of ["acme", "other"]) await world.addTenant(tenant, ["zebu"]);
    asha = await signedIn(world, "acme");
  });
  afterAll(() => world.close());
  const announce = (tenant: string, kind: "connection" | "app" = "connection") =>
    world.store.changes.announce({ tenant, kind, id: `x${serial++}` });

  it("tells of the operator's own tenant and of no other, by kind, and lets nobody else in", async () => {
    const ravi = await signedIn(world, "other");
    const [own, foreign] = [await follow(world, asha.cookie), await follow(world, ravi.cookie)];
    expect(own.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(own.headers.get("cache-control")).toBe("no-store");
    expect(own.headers.get("x-content-type-options")).toBe("nosniff");
    expect(own.headers.get("x-request-id")).toMatch(/^req_/);
    await announce("acme");
    await until(() => own.kinds.length > 0);
    await announce("other", "app");
    await until(() => foreign.kinds.length > 0);
    expect([own.kinds, foreign.kinds]).toEqual([["connection"], ["app"]]);
    expect((await follow(world, "A".repeat(43))).status).toBe(401);
    for (const one of [own, foreign]) one.stop();
  });

  it("tells of many changes at once in one go", async () => {
    const own = await follow(world, asha.cookie);
    await Promise.all(Array.from({ length: 30 }, () => announce("acme")));
    await until(() => own.kinds.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(own.kinds.length).toBeLessThan(10);
    own.stop();
  });

  it.each([
    ["is signed out", (person: SignedInPerson) => person.send("/sign-out").then(() => undefined)],
    [
      "is ended by another",
      async (person: SignedInPerson) => {
        await addOperator(world, "acme", `ender${serial}`);
        const ender = await personIn(world, `ender${serial++}`);
        const { status } = await ender.send(`/settings/operators/${person.operator.id}/end`);
        expect(status).toBe(303);
      },
    ],
  ] as const)("ends within a second of the session, which %s", async (_title, end) => {
    const leaver = await signedIn(world, "acme", `leaver${serial++}`);
    const [stream, other] = [await follow(world, leaver.cookie), await follow(world, asha.cookie)];
    await end(leaver);
    const over = performance.now();
    await stream.ended;
    expect(performance.now() - over).toBeLessThan(1_000);
    await announce("acme", "app");
    await until(() => other.kinds.includes("app"));
    expect(stream.kinds).not.toContain("app");
    other.stop();
  });

  it("hears of what another gateway on the same database has changed", async () => {
    // SQLite serves one gateway: there it is the same.
    const other = "url" in database.place ? await database.open() : world.store;
    const leaver = await signedIn(world, "acme", `leaver${serial++}`);
    const [stream, stays] = [await follow(world, leaver.cookie), await follow(world, asha.cookie)];
    await other.changes.announce({ tenant: "acme", kind: "app", id: "x" });
    await until(() => stream.kinds.includes("app") && stays.kinds.includes("app"));
    const { id, tenant, name } = leaver.operator;
    const [row] = await other.operatorSessions.list(tenant, id, world.now());
    const session = row?.id ?? "";
    await endSessions(
      { store: other, now: world.now },
      { tenant, id, name, session, ofGateway: true },
      session,
    );
    const over = performance.now();
    await stream.ended;
    expect(performance.now() - over).toBeLessThan(1_000);
    stays.stop();
    if (other !== world.store) await other.close();
  });

  it("ends instead of telling where the session is over by its age", async () => {
    const late = await signedIn(world, "acme", `late${serial++}`);
    const stream = await follow(world, late.cookie);
    world.advance(2 * 60 * 60_000);
    await announce("acme");
    await stream.ended;
    expect(stream.kinds).toEqual([]);
    asha = await signedIn(world, "acme");
  });

  it("is given to six pages of an operator at a time, and to the seventh once one has gone", async () => {
    const busy = await signedIn(world, "acme", `busy${serial++}`);
    const six = await Promise.all(Array.from({ length: 6 }, () => follow(world, busy.cookie)));
    expect(six.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const seventh = await follow(world, busy.cookie);
    expect([seventh.status, seventh.headers.get("retry-after")]).toEqual([429, "20"]);
    expect((await follow(world, asha.cookie)).status).toBe(200);
    six[0]?.stop();
    let again = await follow(world, busy.cookie);
    for (let i = 0; i < 50 && again.status === 429; i++) again = await follow(world, busy.cookie);
    expect(again.status).toBe(200);
    for (const one of [...six, again]) one.stop();
  });

  it("does not keep a gateway that closes", async () => {
    const stream = await follow(world, asha.cookie);
    expect(stream.status).toBe(200);
    // A connection on which nothing was ever asked counts as busy: the client may have opened one beside, which waits for the end.
    const closing = closeServer(world.server, 15_000);
    const kept = new Promise((resolve) => setTimeout(() => resolve("kept"), 10_000));
    expect(await Promise.race([stream.ended.then(() => "ended"), kept])).toBe("ended");
    await closing;
  }, 40_000);
});
