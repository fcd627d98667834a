import { beforeEach, describe, expect, it } from "vitest";
import { readRefresh } from "../../src/brokers/zebu.js";
import { type Session, zebu } from "../../src/index.js";
import { answering, watched } from "../altered-answers.js";
import { failure, morningMs } from "../broker-rig.js";
import { answer, at, daily, keys, login, newSession, now, sample } from "./zebu.sample.js";

let session: Session<"zebu">;
beforeEach(() => {
  session = newSession();
});

const refresh = (body: unknown, status = 200) => at(body, status).refresh(session);
const prove = (body: unknown, status = 200) => at(body, status).prove(session);
const logout = (body: unknown, status = 200) => at(body, status).logout(session);

describe("Not_Ok", () => {
  const refused = { stat: "Not_Ok", emsg: "No, because" };
  const steps = [
    ["exchange", login, "exchange_refused"],
    ["refresh", refresh, "refresh_refused"],
    ["proof", prove, "login_needed"],
    ["logout", logout, "logout_refused"],
  ] as const;

  it.each(steps)(
    "X-04 refuses the %s, whatever the status, in the broker's words",
    async (_what, step, code) => {
      for (const status of [200, 400, 403, 428, 499]) {
        const error = await failure(step(refused, status));
        expect(error).toMatchObject({ code, broker: "zebu", detail: "No, because", status });
      }
    },
  );

  it.each(["Not_ok", "NOT_OK", "NotOk"])("Z-06 is read in any letters: %s", async (stat) => {
    expect((await failure(login({ ...sample, ...refused, stat }))).code).toBe("exchange_refused");
  });

  it.each(["Not_Okay", "xNot_Ok", "Not-Ok"])("Z-06 is not read of «%s»", async (stat) => {
    expect((await login({ ...sample, ...refused, stat })).broker).toBe("zebu");
  });

  it.each([[["Not_Ok"]], [7]])("Z-06 is not read of a stat that is no text: %j", async (stat) => {
    const error = await failure(login({ ...sample, ...refused, stat }));
    expect(error).toMatchObject({ code: "answer_unreadable", field: "stat" });
  });

  it.each(steps.slice(0, 2))(
    "Z-11 is a fault, not a refusal of the %s, where the broker has one",
    async (_what, step) => {
      for (const [status, code] of [
        [429, "rate_limited"],
        [500, "broker_unavailable"],
        [503, "broker_unavailable"],
      ] as const)
        expect(await failure(step(refused, status))).toMatchObject({
          code,
          broker: "zebu",
          detail: "No, because",
        });
      for (const emsg of ["Server Timeout : ", "request time-out", "TIMEOUT"])
        expect(await failure(step({ ...refused, emsg }))).toMatchObject({ code: "broker_unavailable" });
      for (const emsg of ["time out", ["timeout"]])
        expect((await failure(step({ ...refused, emsg }))).fate).toBe("refused");
    },
  );

  it.each(steps)("X-05 is not read of an answer to the %s that is no object", async (_what, step) => {
    for (const body of ["Not_Ok", null, 7, [refused]])
      expect(await failure(step(body))).toMatchObject({ code: "answer_unreadable", broker: "zebu" });
  });
});

describe("what Zebu's other answers say", () => {
  it("Z-10 a refresh keeps the account, the beginning, the daily logout and the refresh token", () => {
    const { refresh_token: _, ...fields } = sample;
    const old = { ...session, clocks: [...session.clocks, daily] };
    const later = morningMs + 60_000;
    const newer = readRefresh(answer({ ...fields, access_token: "newer" }), old, later);
    expect(newer).toMatchObject({ account: "ZP0001", startedAt: morningMs, usedAt: later });
    expect(newer.clocks).toEqual([{ kind: "moment", at: later + 3_600_000 }, daily]);
    expect(newer.secrets.access_token?.reveal()).toBe("newer");
    expect(newer.secrets.refresh_token?.reveal()).toBe("refresh");
    const both = readRefresh(answer({ ...sample, refresh_token: "another" }), old, later);
    expect(both.secrets.refresh_token?.reveal()).toBe("another");
  });

  it("Z-09 a session without a refresh token, or of another broker, is not sent to be renewed", async () => {
    const watch = watched(answering(sample));
    const client = zebu(keys, { fetch: watch.fetch, now });
    const without = { ...session, secrets: { access_token: session.secrets.access_token! } };
    expect(await failure(client.refresh(without))).toMatchObject({
      code: "refresh_refused",
      broker: "zebu",
      field: "refresh_token",
    });
    const foreign = { ...session, broker: "rmoney" } as unknown as Session<"zebu">;
    expect(await failure(client.refresh(foreign))).toMatchObject({ code: "input_invalid", field: "session" });
    expect(watch.sent).toEqual([]);
    await client.refresh(session);
    expect(watch.sent.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      'POST https://go.mynt.in/NorenWClientAPI/RefreshToken {"refresh_token":"refresh"}',
    ]);
    expect(watch.sent[0]?.headers.has("authorization")).toBe(false);
  });

  it.each([
    [200, { emsg: "Session Expired :  Invalid Session Key" }, "user"],
    [400, { emsg: "session expired" }, "user"],
    [401, { emsg: "Unauthorized" }, "user"],
    [401, null, "user"],
    [200, { emsg: "Your session expired" }, undefined],
    [200, { emsg: ["Session Expired"] }, undefined],
    [403, null, undefined],
  ])("Z-07 with status %i and %j the session has ended: %s", async (status, body, whose) => {
    expect(at({}).ended(answer(body, status))).toBe(whose);
    if (whose)
      expect(
        await failure(at(body, status).fetch(session, "/NorenWClientAPI/Limits", { method: "POST" })),
      ).toMatchObject({ code: "login_needed", detail: body?.emsg });
  });

  it("Z-08 a session is proven by a quote, and where no account is known by the client's details", async () => {
    const watch = watched(answering({ stat: "ok", actid: "ZP0001" }));
    const client = zebu(keys, { fetch: watch.fetch, now });
    expect((await client.prove(session)).account).toBe("ZP0001");
    expect((await client.prove({ ...session, account: undefined })).account).toBe("ZP0001");
    expect(watch.sent.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      'POST https://go.mynt.in/NorenWClientAPI/GetQuotes {"uid":"ZP0001","exch":"NSE","token":"2885"}',
      "POST https://go.mynt.in/NorenWClientAPI/ClientDetails {}",
    ]);
    for (const { headers } of watch.sent) expect(headers.get("authorization")).toBe("Bearer access");
  });

  it.each([
    [{ stat: "Ok", actid: "A1", uid: "U1" }, "A1"],
    [{ stat: "OK", uid: "U1" }, "U1"],
    [{ stat: "Ok", actid: "", uid: "" }, undefined],
  ])("Z-05 of the details actid is the account, else uid: %j", async (body, account) => {
    expect((await at(body).prove({ ...session, account: undefined })).account).toBe(account);
  });

  it("Z-08 an answer whose stat is not Ok proves nothing", async () => {
    const error = { code: "answer_unreadable", broker: "zebu", field: "stat" };
    expect(await failure(prove({ stat: "Okay" }))).toMatchObject(error);
    expect(await failure(prove({}))).toMatchObject(error);
    expect((await prove({ stat: "Ok" })).confirmed).toBe(true);
  });

  it("a logout names the account, and is done where the session has ended already", async () => {
    const watch = watched(answering({ stat: "Ok" }));
    const client = zebu(keys, { fetch: watch.fetch, now });
    await client.logout(session);
    await client.logout({ ...session, account: undefined });
    expect(watch.sent.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      'POST https://go.mynt.in/NorenWClientAPI/Logout {"uid":"ZP0001"}',
      'POST https://go.mynt.in/NorenWClientAPI/Logout {"uid":""}',
    ]);
    expect(watch.sent[0]?.headers.get("authorization")).toBe("Bearer access");
    expect(await logout({ stat: "Not_Ok", emsg: "Session Expired :  Invalid Session Key" })).toBeUndefined();
    expect(await failure(logout({ request_time: "x" }))).toMatchObject({
      code: "answer_unreadable",
      broker: "zebu",
      field: "stat",
    });
  });

  it("a session without its token opens nothing", async () => {
    expect(await failure(at({}).callHeaders({ ...session, secrets: {} }))).toMatchObject({
      code: "session_unreadable",
      broker: "zebu",
      field: "access_token",
    });
  });

  it("exchange, refresh and logout can be cancelled", async () => {
    const signal = AbortSignal.abort();
    expect((await failure(login(sample, 200, signal))).code).toBe("aborted");
    expect((await failure(at(sample).refresh(session, { signal }))).code).toBe("aborted");
    expect((await failure(at({ stat: "Ok" }).logout(session, { signal }))).code).toBe("aborted");
  });

  it("a login that fails at its exchange has used its attempt", async () => {
    const client = at({ stat: "Not_Ok", emsg: "Invalid authorization code" });
    const { attempt } = await client.begin();
    const back = `${keys.redirectUri}?code=c`;
    expect((await failure(client.complete(attempt, back))).code).toBe("exchange_refused");
    expect((await failure(client.complete(attempt, back))).code).toBe("attempt_used");
  });

  it("no daily logout ends a session unless one is set, and one that is no time of day is refused", async () => {
    expect(session.clocks).toHaveLength(1);
    const client = zebu({ ...keys, dailyLogout: "07:00" }, { fetch: answering(sample), now });
    const { attempt } = await client.begin();
    expect((await client.complete(attempt, `${keys.redirectUri}?code=c`)).clocks).toContainEqual(daily);
    expect(() => zebu({ ...keys, dailyLogout: "7:00" })).toThrow(/^zebu: .*\(dailyLogout\)$/);
  });
});
