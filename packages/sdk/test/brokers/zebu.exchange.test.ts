import { beforeEach, describe, expect, it } from "vitest";
import { readExchange } from "../../src/brokers/zebu.js";
import { type Session, zebu } from "../../src/index.js";
import { answering, watched } from "../altered-answers.js";
import { failure, morningMs } from "../broker-rig.js";
import { answer, at, daily, keys, login, newSession, now, sample } from "./zebu.sample.js";

let session: Session<"zebu">;
beforeEach(() => {
  session = newSession();
});

const refresh = (body: unknown) => at(body).refresh(session);

describe("what Zebu's answer to an exchange says", () => {
  it("Z-05 the session begins, and was last used, at its login, and ends as many seconds later", async () => {
    expect(await login(sample)).toEqual({ ...session, account: undefined });
    expect(session).toMatchObject({
      broker: "zebu",
      confirmed: true,
      startedAt: morningMs,
      usedAt: morningMs,
      clocks: [{ kind: "moment", at: morningMs + 3_600_000 }],
    });
    expect(readExchange(answer(sample), morningMs, [daily]).clocks).toEqual([...session.clocks, daily]);
  });

  it.each([
    [{ actid: "A1", USERID: "U1" }, "A1"],
    [{ USERID: "U1" }, "U1"],
    [{ actid: "", USERID: "U1" }, "U1"],
    [{ actid: "", USERID: "" }, undefined],
    [{}, undefined],
  ])("Z-05 the account is actid, else USERID, else unknown: %j", async (names, account) => {
    expect((await login({ ...sample, ...names })).account).toBe(account);
  });

  it("Z-03 the exchange is posted, and its answer needs a token and its life", async () => {
    const watch = watched(answering(sample));
    const client = zebu(keys, { fetch: watch.fetch, now });
    const { url, attempt } = await client.begin();
    expect(url).toBe("https://go.mynt.in/OAuthlogin/authorize/oauth?client_id=ABC");
    await client.complete(attempt, `${keys.redirectUri}?code=x1y2z3`);
    expect(watch.sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST https://go.mynt.in/NorenWClientAPI/GenAcsTok",
    ]);
    expect(JSON.parse(watch.sent[0]?.body ?? "")).toEqual({
      code: "x1y2z3",
      checksum: "7b482d7b380a3067eaba4c9c909b19253c4fa0edb5833e246401b8497c99a9c3",
    });
    const error = { code: "answer_unreadable", broker: "zebu", field: "access_token, expires_in" };
    expect(await failure(login({}))).toMatchObject(error);
    expect(await failure(refresh({}))).toMatchObject(error);
  });

  it("Z-01 a client id that has no encoding begins no login", async () => {
    expect(await failure(zebu({ ...keys, clientId: "a\ud800" }).begin())).toMatchObject({
      code: "input_invalid",
      broker: "zebu",
      field: "client_id",
    });
  });

  it("Z-02 a code that holds what no code holds is malformed", async () => {
    const client = at(sample);
    const { attempt } = await client.begin();
    expect(await failure(client.complete(attempt, `${keys.redirectUri}?code=a+b`))).toMatchObject({
      code: "callback_invalid",
      broker: "zebu",
      field: "code",
    });
  });

  it("Z-05 without a refresh token there is none to keep", async () => {
    const { refresh_token: _, ...without } = sample;
    expect(Object.keys((await login(without)).secrets)).toEqual(["access_token"]);
    expect(Object.keys((await login({ ...sample, refresh_token: "" })).secrets)).toEqual(["access_token"]);
    expect(session.secrets.refresh_token?.reveal()).toBe("refresh");
  });

  it("Z-14 expires_in of up to 10⁹ is a length, above it a moment", () => {
    const end = (expires_in: string) => readExchange(answer({ ...sample, expires_in }), morningMs).clocks;
    expect(end("1")).toEqual([{ kind: "moment", at: morningMs + 1000 }]);
    expect(end("1000000000")).toEqual([{ kind: "moment", at: morningMs + 1_000_000_000_000 }]);
    expect(end("1000000001")).toEqual([{ kind: "moment", at: 1_000_000_001_000 }]);
    expect(end("100000000000")).toEqual([{ kind: "moment", at: 100_000_000_000_000 }]);
  });

  it.each(["0", "00", "-1", "1e9", "0x10", " 1", "1 ", "1.5", "x1", "1x", "1000000000000"])(
    "Z-14 an expires_in of «%s» is named as unread",
    async (expires_in) => {
      expect(await failure(login({ ...sample, expires_in }))).toMatchObject({
        code: "answer_unreadable",
        broker: "zebu",
        field: "expires_in",
      });
    },
  );

  it("Z-05 a token that no header can carry is named", async () => {
    const error = { code: "answer_unreadable", broker: "zebu", field: "access_token" };
    expect(await failure(login({ ...sample, access_token: "two\nlines" }))).toMatchObject(error);
    expect(await failure(refresh({ ...sample, access_token: "two\nlines" }))).toMatchObject(error);
  });

  it("Z-15 who declines comes back without a code, and the error says so", async () => {
    const client = at(sample);
    const { attempt } = await client.begin();
    expect(await failure(client.complete(attempt, keys.redirectUri))).toMatchObject({
      code: "login_denied",
      broker: "zebu",
      field: "code",
    });
    expect((await client.complete(attempt, `${keys.redirectUri}?code=c`)).broker).toBe("zebu");
  });
});
