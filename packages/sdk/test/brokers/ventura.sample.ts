import { readSession } from "../../src/brokers/ventura.js";
import { type Session, ventura } from "../../src/index.js";
import { answering } from "../altered-answers.js";

export const keys = { appKey: "APP", appSecret: "SECRET", redirectUri: "https://app.example/callback" };
export const back = `${keys.redirectUri}?request_token=t&state=s`;
/** The SHA-256 of `APPSECRET`. */
export const data = "0d3e7fd9d5f38d9d23bdee9f2957219930c53ac66fc884f901f4a0934fbb0f00";
/** What the page prints, but for its tokens, and the moment a day before its end. */
export const sample = {
  client_id: "AA0605",
  auth_token: "opaque-auth-token",
  auth_expiry: "2025-01-22 13:56:51",
  refresh_token: "opaque-refresh-token",
  refresh_expiry: "2025-01-24 13:56:51",
};
export const loginMs = 1_737_448_011_000;
export const now = () => loginMs;
export const answer = (body: unknown, status = 200) => ({ status, headers: new Headers(), body, sent: [] });
export const newSession = (): Session<"ventura"> => readSession(answer(sample), loginMs);

/** A client whose every request is answered so. */
export const at = (body: unknown, status = 200) => ventura(keys, { fetch: answering(body, status), now });
