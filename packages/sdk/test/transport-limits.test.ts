import { afterEach, describe, expect, it, vi } from "vitest";
import { type BrokerId, brokers, type Code, KunjiError, type Options } from "../src/index.js";
import { keys, redirectUri, session, vendorStore } from "./endless-sessions.js";
import {
  answering,
  type Behaviour,
  flooding,
  type HostileServer,
  hostileServer,
  silent,
  stalling,
} from "./hostile-server.js";

const ids = Object.keys(keys) as BrokerId[];

function client(id: BrokerId, origin: string, options: Options = {}, store: object = {}) {
  return brokers[id].sandbox(origin, { ...keys[id], redirectUri }, { ...options, ...store });
}
type Send = (signal?: AbortSignal) => Promise<unknown>;

/** The login call of a broker, without a login before it. */
function login(id: BrokerId, origin: string, options: Options = {}): Send {
  const broker = client(id, origin, options);
  return async (signal) => {
    const with_ = signal ? { signal } : {};
    if (broker.loginVendor) return broker.loginVendor(with_);
    if (broker.login) return broker.login({ username: "u", password: "p", ...with_ });
    const { url, attempt } = (await broker.begin?.()) ?? { url: "", attempt: undefined };
    const state = new URL(url).searchParams.get("state");
    const query = {
      request_token: "c0de",
      code: "c0de",
      authCode: "c0de",
      userId: "u",
      ...(state && { state }),
    };
    return attempt && broker.complete?.(attempt, `${redirectUri}?${new URLSearchParams(query)}`, with_);
  };
}
/** A call with a session. */
function call(id: BrokerId, origin: string, options: Options = {}): Send {
  const broker = client(id, origin, options, { vendorStore });
  return async (signal) => {
    const response = await broker.fetch(session(id), "/some/path", signal ? { signal } : {});
    return response.text();
  };
}
const ways = [
  ["a login", login],
  ["a call", call],
] as const;

async function codeOf(promise: Promise<unknown>): Promise<Code | string> {
  try {
    await promise;
    return "it succeeded";
  } catch (error) {
    return error instanceof KunjiError ? error.code : `untyped: ${error}`;
  }
}

const servers: HostileServer[] = [];
async function serving(behave: Behaviour): Promise<HostileServer> {
  const server = await hostileServer(behave);
  servers.push(server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

describe.each(ids)("%s", (id) => {
  describe.each(ways)("%s", (_, way) => {
    it.each([
      ["nothing comes", silent],
      ["the body hangs", stalling],
    ] as const)("ends as timed_out when %s, and leaves no connection", async (_, behave) => {
      const server = await serving(behave);
      expect(await codeOf(way(id, server.origin, { timeoutMs: 100 })())).toBe("timed_out");
      expect(server.seen.requests).toBeLessThanOrEqual(1);
      await server.quiet();
    });

    it("ends as timed_out when a fetch that was handed in ignores its signal", async () => {
      const deaf = () => new Promise<Response>(() => undefined);
      expect(await codeOf(way(id, "http://127.0.0.1:1", { timeoutMs: 30, fetch: deaf })())).toBe("timed_out");
      const mute = async () => new Response(new ReadableStream());
      expect(await codeOf(way(id, "http://127.0.0.1:1", { timeoutMs: 30, fetch: mute })())).toBe("timed_out");
    });

    it("has ten seconds, unless the client was given another limit", async () => {
      const timeout = vi.spyOn(AbortSignal, "timeout");
      const fetch = () => Promise.reject(new TypeError("fetch failed"));
      const limits = async (options: Options) => {
        timeout.mockClear();
        expect(await codeOf(way(id, "http://127.0.0.1:1", { fetch, ...options })())).toBe("network_failed");
        return timeout.mock.calls;
      };
      try {
        expect(await limits({})).toEqual([[10_000]]);
        expect(await limits({ timeoutMs: 4_321 })).toEqual([[4_321]]);
      } finally {
        timeout.mockRestore();
      }
    });

    it("is aborted before anything is sent when the signal was given up before", async () => {
      const server = await serving(silent);
      expect(await codeOf(way(id, server.origin)(AbortSignal.abort(new Error("s3cret-reason"))))).toBe(
        "aborted",
      );
      expect(server.seen).toMatchObject({ requests: 0, open: 0 });
    });

    it.each([
      ["nothing comes", silent],
      ["the body hangs", stalling],
    ] as const)("is aborted while %s, and leaves no connection", async (_, behave) => {
      const server = await serving((...all) => {
        behave(...all);
        setTimeout(() => controller.abort(), 20);
      });
      const controller = new AbortController();
      const send = way(id, server.origin, { timeoutMs: 3_000 });
      expect(await codeOf(send(controller.signal))).toBe("aborted");
      // A vendor login runs on for whoever else waits for it, up to its own time limit.
      await server.quiet();
    });

    it("is network_failed when nobody listens, and keeps the platform's words to itself", async () => {
      const server = await serving(silent);
      await server.close();
      const error = await way(id, server.origin)().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "network_failed", fate: "unknown" });
      expect((error as Error).cause).toBeUndefined();
      expect(String(error)).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/);
    });
  });

  it("X-05 an endless login answer is left at 1 MiB: the server sees the connection end", async () => {
    const server = await serving(flooding);
    expect(await codeOf(login(id, server.origin)())).toBe("answer_too_large");
    await server.quiet();
    // What the sockets hold between the two comes on top.
    expect(server.seen.written).toBeLessThan(16 * 1_048_576);
  });

  it("a signal that is given up after the answer changes nothing", async () => {
    const server = await serving(answering(200, '{"fine":true}'));
    const controller = new AbortController();
    expect(await call(id, server.origin)(controller.signal)).toBe('{"fine":true}');
    controller.abort();
    await server.quiet();
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "10s", null])(
    "a time limit of %s is refused by name",
    (timeoutMs) => {
      expect(() => client(id, "http://127.0.0.1:1", { timeoutMs: timeoutMs as number })).toThrow(
        expect.objectContaining({ code: "input_invalid", field: "timeoutMs" }),
      );
      expect(() => client(id, "http://127.0.0.1:1", { timeoutMs: 1 })).not.toThrow();
    },
  );
});

const zebuAnswer = {
  stat: "Ok",
  access_token: "t0ken",
  refresh_token: "r",
  expires_in: "3600",
  request_time: "",
};

describe("a login answer's size", () => {
  const sized = (bytes: number) => {
    const bare = JSON.stringify({ ...zebuAnswer, padding: "" }).length;
    return JSON.stringify({ ...zebuAnswer, padding: " ".repeat(bytes - bare) });
  };

  it("X-05 1 MiB is read, one byte more is not", async () => {
    const most = await serving(answering(200, sized(1_048_576)));
    await expect(login("zebu", most.origin)()).resolves.toMatchObject({ broker: "zebu" });
    const more = await serving(answering(200, sized(1_048_577)));
    expect(await codeOf(login("zebu", more.origin)())).toBe("answer_too_large");
  });

  it("X-05 eight endless answers at once take less than 64 MiB", async () => {
    const server = await serving(flooding);
    const before = process.memoryUsage().rss;
    const codes = await Promise.all(Array.from({ length: 8 }, () => codeOf(login("zebu", server.origin)())));
    expect(new Set(codes)).toEqual(new Set(["answer_too_large"]));
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1_048_576);
  });
});

describe.each([
  ["zebu", zebuAnswer, "Not_Ok"],
  ["rmoney", { stat: "Ok", clientId: "u", userSession: "opaque" }, "Not_ok"],
] as const)("%s's status is not documented", (id, good, failed) => {
  it.each([200, 201, 400, 401, 403, 404, 422])("X-04 the body decides with a %d", async (status) => {
    const fine = await serving(answering(status, JSON.stringify(good)));
    await expect(login(id, fine.origin)()).resolves.toMatchObject({ broker: id });
    const bad = await serving(answering(status, JSON.stringify({ stat: failed, emsg: "Invalid auth code" })));
    expect(await codeOf(login(id, bad.origin)())).toBe("exchange_refused");
  });
});

it("nothing keeps the process alive after calls that ended in any of these ways", async () => {
  const alive = () => process.getActiveResourcesInfo().filter((kind) => /Timeout|TCP|HTTP/.test(kind)).length;
  const before = alive();
  for (const behave of [silent, stalling, flooding]) {
    const server = await serving(behave);
    await codeOf(login("zebu", server.origin, { timeoutMs: 40 })());
    await codeOf(login("zebu", server.origin)(AbortSignal.timeout(40)));
    await server.close();
  }
  // A timer of the poll itself may be among them.
  await expect.poll(alive, { timeout: 8000 }).toBeLessThanOrEqual(before + 1);
});
