import { describe, expect, it } from "vitest";
import { type AnyClient, type BrokerId, brokers, Secret, type Session } from "../src/index.js";
import { failure } from "./broker-rig.js";
import { rig } from "./rig.js";

const { client, ledger } = rig();
const names = [
  "token",
  "auth_token",
  "access_token",
  "refresh_token",
  "userSession",
  "authorization",
  "appIdKey",
];
const secrets = Object.fromEntries(names.map((name) => [name, new Secret(`SECRET-${name}`)]));
const session = (broker: BrokerId): Session => ({
  broker,
  account: "A1",
  confirmed: true,
  startedAt: 0,
  usedAt: Number.MAX_SAFE_INTEGER,
  clocks: [],
  secrets,
});
const verbs = ["refresh", "logout", "prove", "callHeaders"] as const;
const run = (broker: AnyClient, verb: (typeof verbs)[number], of: Session) =>
  Promise.resolve(broker[verb]?.(of));

describe.each(Object.keys(brokers) as BrokerId[])("a session handed to %s", (id) => {
  const other: BrokerId = id === "zebu" ? "ventura" : "zebu";

  it("is refused where it is another broker's, and nothing of it is sent", async () => {
    const broker = await client(id);
    for (const verb of verbs) {
      if (!(verb in broker)) continue;
      const error = await failure(run(broker, verb, session(other)));
      expect(error).toMatchObject({ code: "input_invalid", field: "session", fate: "not_sent" });
    }
    expect((await failure(broker.fetch(session(other), "/x"))).field).toBe("session");
    const sent = (await ledger(id)).filter(({ path }) => !path.includes("loginvendor"));
    expect(sent).toEqual([]);
  });

  it("is refused where it lacks its token", async () => {
    const broker = await client(id);
    const bare = { ...session(id), secrets: {} };
    expect((await failure(broker.fetch(bare, "/x"))).code).toBe("session_unreadable");
    expect(broker.endsAt(session(id)).known).toBe(false);
    await expect(broker.callHeaders(session(id))).resolves.toBeDefined();
  });
});
