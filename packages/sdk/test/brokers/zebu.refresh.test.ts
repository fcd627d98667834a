import { fingerprint } from "@kunji/sandbox";
import { describe, expect, it } from "vitest";
import { sessionFrom, toStored } from "../../src/index.js";
import { altered, watched, withFields } from "../altered-answers.js";
import { brokerRig, type Fetch, failure } from "../broker-rig.js";

const refreshPath = "/NorenWClientAPI/RefreshToken";
const quotesPath = "/NorenWClientAPI/GetQuotes";
const quote = { method: "POST", body: '{"uid":"ZP0001","exch":"NSE","token":"2885"}' };

describe("Zebu's refresh, the client's side", () => {
  const z = brokerRig("zebu");
  const refreshes = () => z.received(refreshPath);

  it("Z-09 a refresh sends the refresh token and nothing else, also after the access token has ended", async () => {
    const watch = watched(z.fetch);
    const client = await z.open({}, { fetch: watch.fetch });
    const session = await z.login(client);
    await z.advance("2h");
    const newer = await client.refresh(session);
    const refresh = session.secrets.refresh_token?.reveal() ?? "";
    expect(await refreshes()).toMatchObject([
      { method: "POST", path: refreshPath, query: {}, body: { refresh_token: fingerprint(refresh) } },
    ]);
    expect(watch.sent.at(-1)?.body).toBe(JSON.stringify({ refresh_token: refresh }));
    expect(watch.sent.at(-1)?.headers.get("authorization")).toBeNull();
    expect((await client.fetch(newer, quotesPath, quote)).status).toBe(200);
    expect(await refreshes()).toHaveLength(1);
  });

  it("Z-10 the answer has no refresh token: the one on file stays and works again", async () => {
    const client = await z.open();
    const session = await z.login(client);
    const newer = await client.refresh(session);
    expect(newer.secrets.access_token?.reveal()).not.toBe(session.secrets.access_token?.reveal());
    expect(newer.secrets.refresh_token?.reveal()).toBe(session.secrets.refresh_token?.reveal());
    expect(newer.account).toBe("ZP0001");
    const stored = sessionFrom(toStored(newer), "zebu");
    await client.refresh(stored);
    expect(await refreshes()).toHaveLength(2);
    expect(Object.keys((await refreshes())[0]?.answer as object)).not.toContain("refresh_token");
  });

  it("Z-10 the new end is counted from the refresh", async () => {
    const client = await z.open();
    const session = await z.login(client);
    await z.advance("50m");
    const newer = await client.refresh(session);
    expect(client.endsAt(newer)).toMatchObject({ at: z.sandbox.world.now() + 3_600_000 });
  });

  it("Z-11 a refused refresh needs a login", async () => {
    const client = await z.open();
    const session = await z.login(client);
    const other = await z.login(client, { username: "ZP0447" });
    await z.steer("zebu/sessions/end", { username: "ZP0001" });
    expect(await failure(client.refresh(session))).toMatchObject({
      code: "refresh_refused",
      action: "log_in",
      fate: "refused",
      detail: "Invalid refresh token",
    });
    await client.refresh(other);
  });

  it("Z-11 a session without a refresh token is not sent", async () => {
    const none = withFields({ refresh_token: undefined });
    const client = await z.open({}, { fetch: altered(z.fetch, "/GenAcsTok", none) });
    const session = await z.login(client);
    expect((await failure(client.refresh(session))).code).toBe("refresh_refused");
    expect(await refreshes()).toEqual([]);
    expect((await client.fetch(session, quotesPath, quote)).status).toBe(200);
  });

  it.each(["internal-error", "too-many-requests", "html-error-page", "reset-before-answer"])(
    "Z-11 an outage is not taken for a refusal: %s",
    async (fault) => {
      const client = await z.open();
      const session = await z.login(client);
      await z.fault(fault, refreshPath);
      expect(await failure(client.refresh(session))).toMatchObject({ action: "retry_later" });
      await client.refresh(session);
    },
  );

  it.each([
    [500, "Invalid refresh token"],
    [429, "Too many requests"],
    [200, "Server Timeout : "],
    [451, "Server Timeout : "],
  ])("Z-11 an outage that is told in stat, with %i and «%s», is no refusal either", async (status, emsg) => {
    const session = await z.login(await z.open());
    const told = (words: string, code: number) =>
      z.open({}, { fetch: altered(z.fetch, refreshPath, () => ({ stat: "Not_Ok", emsg: words }), code) });
    const error = await failure((await told(emsg, status)).refresh(session));
    expect(error).toMatchObject({ action: "retry_later" });
    const refused = await failure((await told("Invalid refresh token", 200)).refresh(session));
    expect(refused.code).toBe("refresh_refused");
  });

  it("Z-12 no renewal carries a session over the exchanges' daily logout, where one is set", async () => {
    const client = await z.open({ dailyLogout: "10:30" });
    const session = await z.login(client);
    await z.advance("29m30s");
    const { session: used } = await client.fetch(session, quotesPath, quote);
    await z.advance("31s");
    expect((await failure(client.fetch(used, quotesPath, quote))).code).toBe("login_needed");
    await z.advance("1h");
    expect((await failure(client.fetch(used, quotesPath, quote))).code).toBe("login_needed");
    expect(await refreshes()).toHaveLength(0);
    const free = await z.open();
    expect(
      (await free.fetch({ ...session, clocks: session.clocks.slice(0, 1) }, quotesPath, quote)).status,
    ).toBe(200);
    expect(await refreshes()).toHaveLength(1);
  });

  it("Z-12 a caller who cancels does not wait for the renewal, and ends it for nobody else", async () => {
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const slow: Fetch = async (url, init) => {
      if (url.includes(refreshPath)) await held;
      return z.fetch(url, init);
    };
    const client = await z.open({}, { fetch: slow });
    const session = await z.login(client);
    await z.advance("61m");
    const cancel = new AbortController();
    const waiting = [
      failure(client.fetch(session, quotesPath, { ...quote, signal: cancel.signal })),
      failure(client.prove(session, { signal: cancel.signal })),
      failure(client.callHeaders(session, { signal: cancel.signal })),
    ];
    const patient = client.fetch(session, quotesPath, quote);
    cancel.abort();
    expect((await Promise.all(waiting)).map(({ code }) => code)).toEqual(["aborted", "aborted", "aborted"]);
    answer();
    expect((await patient).status).toBe(200);
    expect(await z.received(refreshPath)).toHaveLength(1);
  });

  it("Z-12 the access token is dead after expires_in seconds, at the broker", async () => {
    const client = await z.open();
    const session = await z.login(client);
    const unending = { ...session, clocks: [] };
    await z.advance("59m59s");
    expect((await client.fetch(unending, quotesPath, quote)).status).toBe(200);
    await z.advance("1s");
    expect((await failure(client.fetch(unending, quotesPath, quote))).code).toBe("login_needed");
    expect(client.endsAt(session).ended).toBe(true);
    expect(await refreshes()).toEqual([]);
  });

  it("Z-12 long before the end no refresh is made", async () => {
    const client = await z.open();
    const session = await z.login(client);
    await z.advance("50m");
    await client.fetch(session, quotesPath, quote);
    expect(await refreshes()).toEqual([]);
  });

  it.each(["59m30s", "59m59s", "1h", "20h"])(
    "Z-12 a call %s after the login is preceded by a refresh, and the user is not asked",
    async (later) => {
      const client = await z.open();
      const session = await z.login(client);
      await z.advance(later);
      const response = await client.fetch(session, quotesPath, quote);
      const { session: next } = response;
      expect(await response.json()).toMatchObject({ stat: "Ok" });
      expect(await refreshes()).toHaveLength(1);
      expect((await z.received()).at(-1)?.headers).toMatchObject({
        authorization: `Bearer ${fingerprint(next.secrets.access_token?.reveal() ?? "")}`,
      });
      expect(client.endsAt(next)).toMatchObject({ at: z.sandbox.world.now() + 3_600_000 });
      await client.fetch(next, quotesPath, quote);
      expect(await refreshes()).toHaveLength(1);
    },
  );

  it("Z-12 callHeaders and prove refresh as well", async () => {
    const client = await z.open();
    const session = await z.login(client);
    await z.advance("2h");
    const headers = await client.callHeaders(session);
    expect(headers.authorization?.reveal()).not.toContain(session.secrets.access_token?.reveal());
    const other = await z.login(client, { username: "ZP0447" });
    await z.advance("2h");
    expect((await client.prove(other)).account).toBe("ZP0447");
    expect(await refreshes()).toHaveLength(2);
  });

  it("Z-12 parallel calls of one session make one refresh", async () => {
    const client = await z.open();
    const session = await z.login(client);
    await z.advance("2h");
    const called = await Promise.all(
      Array.from({ length: 10 }, () => client.fetch(session, quotesPath, quote)),
    );
    expect(called.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(new Set(called.map(({ session: next }) => next.secrets.access_token?.reveal())).size).toBe(1);
    expect(await refreshes()).toHaveLength(1);
  });

  it("Z-12 calls of two sessions make two", async () => {
    const client = await z.open();
    const sessions = [await z.login(client), await z.login(client, { username: "ZP0447" })];
    await z.advance("2h");
    await Promise.all(sessions.map((session) => client.fetch(session, quotesPath, quote)));
    expect(await refreshes()).toHaveLength(2);
  });

  it("Z-12 a session kept from before several refreshes still finds its way", async () => {
    const client = await z.open();
    const session = await z.login(client);
    for (const later of ["59m30s", "2h", "2h"]) {
      await z.advance(later);
      expect((await client.fetch(session, quotesPath, quote)).status).toBe(200);
    }
    expect(await refreshes()).toHaveLength(3);
  });

  it("Z-12 while the access token is alive a refused refresh stops no call", async () => {
    const refusing: Fetch = async (url, init) =>
      url.endsWith(refreshPath)
        ? Response.json({ stat: "Not_Ok", emsg: "Invalid refresh token" })
        : z.fetch(url, init);
    const watch = watched(refusing);
    const client = await z.open({}, { fetch: watch.fetch });
    const session = await z.login(client);
    await z.advance("59m30s");
    for (const tries of [1, 2]) {
      const response = await client.fetch(session, quotesPath, quote);
      expect(await response.json()).toMatchObject({ stat: "Ok" });
      expect(watch.sent.filter(({ url }) => url.endsWith(refreshPath))).toHaveLength(tries);
    }
    await z.advance("30s");
    expect((await failure(client.fetch(session, quotesPath, quote))).code).toBe("refresh_refused");
  });

  it("Z-12 once it is dead a refused refresh needs a login, and no call is sent", async () => {
    const client = await z.open();
    const session = await z.login(client);
    await z.steer("zebu/sessions/end", { username: "ZP0001" });
    await z.advance("1h");
    expect(await failure(client.fetch(session, quotesPath, quote))).toMatchObject({
      code: "refresh_refused",
      action: "log_in",
    });
    expect(await z.received(quotesPath)).toEqual([]);
  });

  it("Z-12 once it is dead an outage of the refresh is an outage, and the next call tries again", async () => {
    const client = await z.open();
    const session = await z.login(client);
    await z.advance("1h");
    await z.fault("reset-before-answer", refreshPath);
    expect((await failure(client.fetch(session, quotesPath, quote))).action).toBe("retry_later");
    expect((await client.fetch(session, quotesPath, quote)).status).toBe(200);
  });
});
