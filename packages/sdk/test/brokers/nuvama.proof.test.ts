import { describe, expect, it } from "vitest";
import { attemptFrom, toStored } from "../../src/index.js";
import { brokerRig, failure } from "../broker-rig.js";

const limits = (user: string) => `/edelmw-eq/eq/limits/rmssublimits/${user}/`;

describe("Nuvama's account, which the browser names", () => {
  const n = brokerRig("nuvama");
  const calls = () => n.received().then((all) => all.filter(({ path }) => path.startsWith("/edelmw-eq")));
  const finished = async (alter: (callback: URL) => void = () => {}) => {
    const client = await n.open();
    const { url, attempt } = await client.begin();
    const callback = new URL(await n.back(url));
    alter(callback);
    return { client, session: await client.complete(attempt, callback) };
  };

  it("N-08 opens no call before the first call has proven it", async () => {
    const { client, session } = await finished();
    expect(session).toMatchObject({ account: "80126245", confirmed: false });
    expect((await failure(client.fetch(session, limits("80126245")))).code).toBe("session_unconfirmed");
    expect((await failure(client.callHeaders(session))).code).toBe("session_unconfirmed");
    expect(await calls()).toEqual([]);
    const proven = await client.prove(session);
    expect(proven).toMatchObject({ account: "80126245", confirmed: true });
    expect((await client.fetch(proven, limits("80126245"))).status).toBe(200);
  });

  it("N-08 of another user than the token's is refused by the proof", async () => {
    const { client, session } = await finished((callback) => callback.searchParams.set("userid", "80163504"));
    expect(await failure(client.prove(session))).toMatchObject({
      code: "account_mismatch",
      action: "log_in",
    });
    expect((await failure(client.fetch(session, limits("80126245")))).code).toBe("session_unconfirmed");
    const honest = await finished();
    expect((await honest.client.prove(honest.session)).confirmed).toBe(true);
  });

  it("X-02 an attempt whose time is no number is too old", async () => {
    const client = await n.open();
    const { url, attempt } = await client.begin();
    const callback = await n.back(url);
    for (const beganAt of [Number.NaN, "soon" as unknown as number])
      expect((await failure(client.complete({ ...attempt, beganAt }, callback))).code).toBe(
        "attempt_expired",
      );
    expect((await client.complete(attemptFrom(toStored(attempt), "nuvama"), callback)).account).toBe(
      "80126245",
    );
  });
});
