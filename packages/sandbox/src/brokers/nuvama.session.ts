import { createCipheriv } from "node:crypto";
import { nuvama as wire } from "kunji/wire";
import type { Answer, App, Call, LiveSession, SessionLife, User, World } from "../broker.js";
import { badSession, badSourceToken, badVendor, noData } from "./nuvama.answers.js";
import { isSourceOf, sourceOf, sourceTokenOf, vendorSession } from "./nuvama.vendor.js";
import { nextIndiaTime } from "./shared/india-clock.js";
import { headerOf } from "./shared/request-reading.js";
import { noteUse } from "./shared/session-use.js";

/** 8 hours and 1 hour, in ms. */
const IDLE_MS = 28_800_000;
const HOUR_MS = 3_600_000;
/** On India's clock. */
export const dailyEnd = { hour: 0, minute: 30 } as const;

/**
 * `encrTkn`: base64 of AES-256-CBC with PKCS#7 padding. The page names no IV: sixteen zero bytes here.
 * @param pwd the app's password, exactly 16 characters, else it throws a RangeError
 * @param vendorToken the vendor session that the login came with; its last 16 characters end the key
 */
export function sealToken(token: string, pwd: string, vendorToken: string): string {
  const key = Buffer.from(pwd + vendorToken.slice(-16), "latin1");
  if (key.length !== 32) throw new RangeError("The app's password must have exactly 16 characters.");
  const cipher = createCipheriv("aes-256-cbc", key, Buffer.alloc(16));
  return Buffer.concat([cipher.update(token, "utf8"), cipher.final()]).toString("base64");
}

/** A user's: 8 hours after the last call, or 00:30 India time, whichever is first. A vendor's: its 24 hours. */
export function lifeOf({ kind, usedAt, createdAt, data }: LiveSession): SessionLife {
  if (kind === "vendor")
    return { ends: [{ at: Number(data.ends), why: "24 hours after the vendor's login" }] };
  return {
    ends: [
      {
        at: nextIndiaTime(createdAt, dailyEnd.hour, dailyEnd.minute),
        why: "the daily end at 00:30 India time",
      },
      { at: usedAt + IDLE_MS, why: "8 hours without a call" },
    ],
  };
}

const isAlive = (session: LiveSession, now: number): boolean =>
  lifeOf(session).ends.every(({ at }) => now < at);

/** The user's auth token at an app: the same one for as long as it is alive. Logging in again counts as activity (our choice). */
export function authTokenFor(app: App, user: User, world: World): string {
  const now = world.now();
  const { username } = user;
  const alive = world
    .sessions("nuvama", { kind: "user", appId: app.id, username })
    .find((session) => isAlive(session, now));
  if (alive) world.putSession({ ...alive, usedAt: now });
  const token = alive?.tokens.Authorization ?? world.randomText(24);
  if (!alive)
    world.putSession({
      id: world.uuid(),
      broker: "nuvama",
      kind: "user",
      appId: app.id,
      username,
      createdAt: now,
      usedAt: now,
      tokens: { Authorization: token },
      data: {},
    });
  return token;
}

/** An AppIdKey is the app's own, or that with `.` and the number of whole hours that a session was old when it was handed out. */
function splitAppIdKey(value: string): { readonly own: string; readonly hours: number } {
  const [own = "", hours = "0"] = value.split(".");
  return { own, hours: Number(hours) };
}

/** Each whole hour of a session hands out a newer AppIdKey, once the next call comes with an older one; older ones stay in force. */
function newerAppIdKey(given: string, session: LiveSession, world: World): string | undefined {
  const { own, hours } = splitAppIdKey(given);
  const current = Math.floor((world.now() - session.createdAt) / HOUR_MS);
  return current > hours ? `${own}.${current}` : undefined;
}

type Handle = (session: LiveSession, app: App, call: Call, world: World) => Answer;

/**
 * A handler that sees only calls with all four headers good: the source token first, then the vendor's details, then
 * the user's token. That token belongs to user and app: any live session of the vendor goes with it.
 */
export function withSession(handle: Handle): (call: Call, world: World) => Answer {
  return (call, world) => {
    const vendor = vendorSession(world, sourceTokenOf(call));
    if (!vendor) return badSourceToken(world);
    const source = sourceOf(call);
    const appIdKey = headerOf(call, wire.headers.appIdKey);
    const app = appIdKey && world.app("nuvama", "AppIdKey", splitAppIdKey(appIdKey).own);
    if (!app || app.id !== vendor.appId || !source || !isSourceOf(app, source)) return badVendor(world);
    const token = headerOf(call, wire.headers.authorization);
    const session = token === undefined ? undefined : world.session("nuvama", "Authorization", token);
    if (!session || session.appId !== app.id || !isAlive(session, world.now())) return badSession(world);
    // Another user's account holds nothing for this one; which error the real one gives is not published.
    if (call.params.user !== session.username) return noData(world);
    noteUse(world, session);
    const answer = handle(session, app, call, world);
    const newer = newerAppIdKey(appIdKey, session, world);
    return newer ? { ...answer, headers: { ...answer.headers, AppIdKey: newer } } : answer;
  };
}
