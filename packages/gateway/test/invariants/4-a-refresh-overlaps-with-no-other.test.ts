import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createLog } from "../../src/adapters/signals/pino-log.js";
import { type Gateway, openGateway } from "../../src/gateway.js";
import { jobsOf } from "../../src/jobs.js";
import { readSettings } from "../../src/settings.js";
import { fetched } from "../http/support/api-world.js";
import { deferred } from "../lifetime/support/deferred.js";
import { publicUrl } from "../support/world.js";
import { type WholeOnDatabase, wholeGateways } from "./support/both-databases.js";
import { askLink, codeOf, confirm, connect, eventsOf, ledger, logIn, received } from "./support/journey.js";

type Reach = (url: string, init: RequestInit) => Promise<Response>;
const minute = 60_000;
const path = "/NorenWClientAPI/RefreshToken";
const refreshing = /RefreshToken$/;
const sender = { send: async () => ({ status: 204 }), close: async () => undefined };

describe.each(wholeGateways)("a refresh overlaps with no other, on %s", (_, open) => {
  let whole: WholeOnDatabase;
  let second: Gateway | undefined;
  /** What stands in the way of a refresh. */
  let between: Reach | undefined;
  const reach: Reach = (url, init) =>
    between && refreshing.test(url) ? between(url, init) : fetch(url, init);
  beforeAll(async () => {
    whole = await open({ fetch: reach });
    await whole.addApp("zebu");
    const { databaseUrl, data, sandboxUrl, gateway } = whole;
    // SQLite serves one gateway.
    if (databaseUrl === undefined) return;
    const env = { DATABASE_URL: databaseUrl, KUNJI_DATA: data, KUNJI_SANDBOX_URL: sandboxUrl };
    second = await openGateway({
      settings: readSettings({ ...env, KUNJI_PORT: "0", KUNJI_PUBLIC_URL: publicUrl }),
      version: "0",
      now: gateway.ports.now,
      fetch: reach,
      background: false,
      log: createLog({ level: "silent" }),
    });
  }, 60_000);
  afterEach(async () => {
    between = undefined;
    await whole.sandbox("DELETE", "/_sandbox/faults");
  });
  afterAll(async () => {
    await second?.close();
    await whole.close();
  });

  const row = async (id: string) => (await whole.ask("GET", `/v1/connections/${id}`)).json;
  const onFile = async (id: string) => {
    const { store } = whole.gateway.ports;
    return { found: await store.connections.get("operator", id), clock: await store.clock() };
  };
  /** Reads the headers; a session of an hour with less than 15 minutes left is renewed for it. */
  const read = (id: string, min = 900) => whole.ask("GET", `/v1/connections/${id}/session?min=${min}`);
  const told = async (id: string) => (await eventsOf(whole, id)).map(({ type }) => type);
  const fault = (name: string, times = 1) =>
    whole.sandbox("POST", "/_sandbox/faults", { broker: "zebu", path, fault: name, times });
  /** Does what is due, as the gateway would by itself. */
  async function lookAfter({ once = false } = {}): Promise<void> {
    const job = jobsOf(whole.gateway.ports, sender, { eventsMs: 1, auditMs: 1 }).find(
      ({ name }) => name === "look_after",
    );
    let found = 0;
    do found = (await job?.run(new AbortController().signal)) ?? 0;
    while (found > 0 && !once);
  }
  /** A connection whose session has ten minutes left. */
  async function nearItsEnd(): Promise<string> {
    const id = await connect(whole, "zebu");
    whole.moveClock(50 * minute);
    return id;
  }

  it("fifty callers at once, of every gateway there is, make one call and get its session", async () => {
    const id = await nearItsEnd();
    const sent = await received(whole, "zebu", refreshing);
    const key = whole.gateway.apiKey?.reveal();
    const urls = [whole.gateway.url, (second ?? whole.gateway).url];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (__, i) =>
        fetched(`${urls[i % 2]}/v1/connections/${id}/session?min=900`, "GET", { key }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.headers.Authorization)).size).toBe(1);
    expect((await row(id)).generation).toBe(2);
    expect((await received(whole, "zebu", refreshing)) - sent).toBe(1);
    whole.moveClock(50 * minute);
    await read(id);
    expect((await received(whole, "zebu", refreshing)) - sent).toBe(2);
  });

  it("the lease lies in the database and outlasts the call's deadline by far; the try is written down before it is sent", async () => {
    const id = await nearItsEnd();
    const deadline = new AbortController();
    const limits: number[] = [];
    const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      limits.push(ms);
      return deadline.signal;
    });
    const sent = deferred<Awaited<ReturnType<typeof onFile>>>();
    between = async () => {
      sent.resolve(await onFile(id));
      return new Promise(() => undefined);
    };
    const asked = read(id);
    const { found, clock } = await sent.promise;
    expect(found).toMatchObject({ triedWhat: "refresh", generation: 1 });
    expect(found?.triedAt).toBe(whole.gateway.ports.now());
    expect(found?.leaseOwner).not.toBeNull();
    expect(limits).toHaveLength(1);
    expect((found?.leaseUntil ?? 0) - clock).toBeGreaterThan(2 * (limits[0] ?? 0));
    // The deadline, not the lease, ends a call that hangs.
    deadline.abort(new DOMException("late", "TimeoutError"));
    timeout.mockRestore();
    await asked;
    expect((await row(id)).status).toBe("unsure");
    expect((await onFile(id)).found?.leaseOwner).toBeNull();
    between = undefined;
    const healthy = await nearItsEnd();
    expect((await read(healthy)).status).toBe(200);
    expect((await onFile(healthy)).found).toMatchObject({
      triedAt: null,
      leaseOwner: null,
      status: "active",
    });
  });

  it.each([
    ["is written where the generation is still the one it began with", false],
    ["is not written over a login that was confirmed meanwhile", true],
  ])("an answer %s", async (__, overtaken) => {
    const id = await nearItsEnd();
    const [answered, released] = [deferred(), deferred()];
    between = async (url, init) => {
      const answer = await fetch(url, init);
      answered.resolve();
      await released.promise;
      return answer;
    };
    const asked = read(id);
    await answered.promise;
    let newest: unknown;
    if (overtaken) {
      const link = await askLink(whole, "zebu", { connection: id });
      expect((await confirm(whole, link, codeOf(await logIn(whole, "zebu", link)))).json.generation).toBe(2);
      newest = (await read(id, 0)).json.headers;
    }
    released.resolve();
    const { status, json } = await asked;
    expect([status, json.generation]).toEqual([200, 2]);
    if (overtaken) expect(json.headers).toEqual(newest);
    expect((await told(id)).includes("connection.refreshed")).toBe(!overtaken);
    expect((await row(id)).generation).toBe(2);
  });

  it.each(["internal-error", "html-error-page", "reset-before-answer", "too-many-requests", "not-json"])(
    "an outage (%s) is not taken for a refusal, not even behind the session's end",
    async (name) => {
      const id = await connect(whole, "zebu");
      whole.moveClock(61 * minute);
      await fault(name);
      expect((await read(id, 0)).json.code).toBe("connection_unsure");
      expect(await row(id)).toMatchObject({ status: "unsure", generation: 1 });
      whole.moveClock(10 * minute);
      await lookAfter();
      expect(await row(id)).toMatchObject({ status: "active", generation: 2 });
    },
  );

  it("a refusal is one: behind the session's end the user must log in again", async () => {
    const id = await connect(whole, "zebu");
    whole.moveClock(61 * minute);
    await whole.sandbox("POST", "/_sandbox/zebu/sessions/end", {});
    expect((await read(id, 0)).json.code).toBe("login_needed");
    expect(await row(id)).toMatchObject({ status: "login_needed", reason: "refresh_refused" });
  });

  it("an answer without a new refresh token keeps the old one, and one with a new one takes it", async () => {
    const id = await nearItsEnd();
    const tokens: string[] = [];
    let handed: string | undefined;
    between = async (url, init) => {
      tokens.push(JSON.parse(String(init.body)).refresh_token);
      if (tokens.length === 1) return fetch(url, init);
      const answer = { stat: "Ok", access_token: `access-${tokens.length}`, expires_in: "3600" };
      return Response.json(handed ? { ...answer, refresh_token: handed } : answer);
    };
    for (const next of [undefined, "a-newer-refresh-token", undefined]) {
      handed = next;
      expect((await read(id)).status).toBe(200);
      whole.moveClock(50 * minute);
    }
    const [first] = tokens;
    expect(first).toMatch(/^def50200/);
    expect(tokens).toEqual([first, first, "a-newer-refresh-token"]);
  });

  it.each([
    ["that never arrived", "connection.active", ["GetQuotes"]],
    ["whose answer was lost", "connection.refreshed", ["GetQuotes", "RefreshToken"]],
  ])(
    "a call %s makes the connection unsure, which is told, and probed by a read",
    async (lost, end, sent) => {
      for (const { id } of (await whole.ask("GET", "/v1/connections?limit=200")).json.items)
        await whole.ask("DELETE", `/v1/connections/${id}`);
      const id = await nearItsEnd();
      between = async (url, init) => {
        if (lost === "whose answer was lost") await fetch(url, init);
        throw new TypeError("the connection was cut");
      };
      await read(id);
      between = undefined;
      expect(await row(id)).toMatchObject({ status: "unsure", generation: 1 });
      expect((await told(id)).at(-1)).toBe("connection.unsure");
      // Its end lies ahead, so it may be used.
      expect((await read(id, 0)).status).toBe(200);
      const calls = (await ledger(whole, "zebu")).length;
      await lookAfter();
      expect(await ledger(whole, "zebu")).toHaveLength(calls);
      whole.moveClock(5_000);
      await lookAfter({ once: true });
      const paths = (await ledger(whole, "zebu")).slice(calls).map((call) => call.path.split("/").at(-1));
      expect(paths).toEqual(sent);
      expect(await row(id)).toMatchObject({ status: "active", reason: null });
      expect((await told(id)).slice(-2)).toEqual(["connection.unsure", end]);
    },
  );
});
