import { describe, expect, it } from "vitest";
import type { AnyClient, BrokerId, CallAnswer, Session } from "../src/index.js";
import { brokers, Secret } from "../src/index.js";
import { failure } from "./broker-rig.js";

const ids = Object.keys(brokers) as BrokerId[];
/** The place of a white label: a base with a path, and a login page elsewhere. */
const place = { api: "https://api.broker.example/base", login: "https://login.broker.example" };

function open(id: BrokerId): AnyClient {
  const keys = Object.keys(brokers[id].traits.keys).map((name) => [name, "a-key-of-16-char"]);
  const app = { ...Object.fromEntries(keys), redirectUri: "https://app.example/back" };
  return brokers[id].at(place, app, { fetch: () => Promise.reject(new Error("nothing is sent")) });
}

const answer = (status: number, body?: unknown): CallAnswer => ({ status, headers: new Headers(), body });

/** What each broker's page says of a session that has ended. */
const endings: Readonly<Record<BrokerId, readonly [CallAnswer, "user" | "vendor"][]>> = {
  ventura: [
    [answer(401), "user"],
    [answer(200, { session_expired: true }), "user"],
  ],
  autoshares: [[answer(401), "user"]],
  nuvama: [
    [answer(401), "user"],
    [answer(401, { error: { errCd: "ETRD0001" } }), "vendor"],
  ],
  zebu: [
    [answer(401), "user"],
    [answer(200, { stat: "Not_Ok", emsg: "Session Expired :  Invalid Session Key" }), "user"],
  ],
  rmoney: [[answer(401), "user"]],
};

describe.each(ids)("a call of %s that somebody else makes", (id) => {
  const client = open(id);

  it("goes to the client's place, below its base", () => {
    expect(client.origins).toEqual(place);
    expect(client.callUrl("/a/b?c=d")).toBe("https://api.broker.example/base/a/b?c=d");
    for (const path of [
      "/../outside",
      "//other.example/a",
      "https://other.example/",
      "a",
      "/a#b",
      "/%2e%2e/x",
    ])
      expect(() => client.callUrl(path)).toThrow(expect.objectContaining({ code: "path_refused" }));
  });

  it("is judged by its answer: whose session has ended", () => {
    for (const [ended, whose] of endings[id]) expect(client.ended(ended)).toBe(whose);
    expect(client.ended(answer(200, { data: {} }))).toBeUndefined();
    expect(client.ended(answer(500, { error: "internal" }))).toBeUndefined();
    expect(client.ended(answer(200))).toBeUndefined();
  });
});

describe("what an answer's headers hand out", () => {
  const sessionOf = (broker: BrokerId, secrets: Readonly<Record<string, string>>): Session => ({
    broker,
    account: "A1",
    confirmed: true,
    startedAt: 0,
    usedAt: 0,
    clocks: [],
    secrets: Object.fromEntries(Object.entries(secrets).map(([name, text]) => [name, new Secret(text)])),
  });
  const nuvama = () => sessionOf("nuvama", { authorization: "token", appIdKey: "key" });

  it("is in the session that Nuvama's client makes of them", () => {
    const session = nuvama();
    const newer = open("nuvama").newer(session, new Headers({ Authorization: "token 2", AppIdKey: "key 2" }));
    expect([newer.secrets.authorization?.reveal(), newer.secrets.appIdKey?.reveal()]).toEqual([
      "token 2",
      "key 2",
    ]);
    expect(session.secrets.authorization?.reveal()).toBe("token");
    expect({ ...newer, secrets: {} }).toEqual({ ...session, secrets: {} });
  });

  it("leaves the very same session where they hand out nothing, or what it has", () => {
    const session = nuvama();
    const client = open("nuvama");
    expect(client.newer(session, new Headers())).toBe(session);
    expect(client.newer(session, new Headers({ Authorization: "token", AppIdKey: "key" }))).toBe(session);
    expect(client.newer(session, new Headers({ Authorization: "" }))).toBe(session);
    expect(client.newer(session, new Headers({ Authorization: "token 2" }))).not.toBe(session);
  });

  it("is nothing at the other brokers", () => {
    for (const id of ids.filter((each) => each !== "nuvama")) {
      const session = sessionOf(id, { accessToken: "token" });
      const headers = new Headers({ Authorization: "token 2", AppIdKey: "key 2" });
      expect(open(id).newer(session, headers)).toBe(session);
    }
  });

  it("is refused for another broker's session", async () => {
    const wrong = async () => open("zebu").newer(nuvama() as unknown as Session, new Headers());
    expect((await failure(wrong())).code).toBe("input_invalid");
    expect(open("nuvama").newer(nuvama(), new Headers())).toBeDefined();
  });
});
