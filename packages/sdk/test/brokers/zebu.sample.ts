import { readExchange } from "../../src/brokers/zebu.js";
import { type Session, zebu } from "../../src/index.js";
import { answering } from "../altered-answers.js";
import { morningMs } from "../broker-rig.js";

export const keys = { clientId: "ABC", secret: "123", redirectUri: "https://app.example/callback" };
/** What a login is answered with. */
export const sample = {
  stat: "Ok",
  access_token: "access",
  refresh_token: "refresh",
  expires_in: "3600",
  request_time: "10:00:00 23-11-2026",
};
export const now = () => morningMs;
export const answer = (body: unknown, status = 200) => ({ status, headers: new Headers(), body, sent: [] });
export const daily = { kind: "daily", time: "07:00", utcOffset: "+05:30", by: "exchanges" } as const;
export const newSession = (): Session<"zebu"> => ({
  ...readExchange(answer(sample), morningMs),
  account: "ZP0001",
});

/** A client whose every request is answered so. */
export const at = (body: unknown, status = 200) => zebu(keys, { fetch: answering(body, status), now });
export async function login(body: unknown, status = 200, signal?: AbortSignal) {
  const client = at(body, status);
  const { attempt } = await client.begin();
  return client.complete(attempt, `${keys.redirectUri}?code=c`, signal ? { signal } : {});
}
