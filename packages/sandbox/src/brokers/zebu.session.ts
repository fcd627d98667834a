import { zebu as wire } from "kunji/wire";
import type { Answer, Call, Grant, LiveSession, World } from "../broker.js";
import { json } from "../broker.js";
import { sameSecret, sha256Hex } from "./shared/digest.js";
import { indiaTimeDate } from "./shared/india-clock.js";
import { bearerOf } from "./shared/request-reading.js";
import { noteUse } from "./shared/session-use.js";
import { type Body, readBody, readFields } from "./zebu.body.js";

/** 5 minutes, in ms: no page names it, our choice. */
export const grantLifetimeMs = 300_000;
/** 1 hour, in seconds. */
const ACCESS_SECONDS = 3600;
/** 30 days after the login, in ms: no page names it, our choice. */
const REFRESH_LIFETIME_MS = 2_592_000_000;

/** The exchange's checksum. */
export function checksum(clientId: string, secret: string, code: string): string {
  return sha256Hex(clientId, secret, code);
}

/** The status is not published: 200, as clients that look only at `stat` expect. */
export function refuse(world: World, emsg: string): Answer {
  return json({ stat: wire.stat.failed, emsg, request_time: indiaTimeDate(world.now()) });
}

/** The grant that an exchange call names, left where it is. */
export function grantOf(call: Call, world: World): Grant | undefined {
  const read = readFields(readBody(call.body), ["code"]);
  return "emsg" in read ? undefined : world.grants("zebu").find((grant) => grant.code === read.fields.code);
}

/** A JWT, as the sample's beginning shows one, and the moment at which it is dead. */
async function newAccess(world: World, username: string) {
  const now = world.now();
  const iat = Math.floor(now / 1000);
  const claims = { sub: username, iat, exp: iat + ACCESS_SECONDS, jti: world.uuid() };
  return {
    token: await world.signJwt("zebu", claims, { typ: "JWT" }),
    ends: now + ACCESS_SECONDS * 1000,
  };
}

const isRefreshable = (session: LiveSession, now: number): boolean => now < Number(session.data.refreshEnds);

/** `POST /NorenWClientAPI/GenAcsTok`. The call names no app: the code tells which one it was issued to. */
export async function exchange(call: Call, world: World): Promise<Answer> {
  const read = readFields(readBody(call.body), ["code", "checksum"]);
  if ("emsg" in read) return refuse(world, read.emsg);
  // Our choice: the code is taken before it is judged, so a failed exchange has spent it too.
  const grant = world.takeGrant("zebu", read.fields.code);
  const app = grant && world.appById(grant.appId);
  if (!app || world.now() - grant.issuedAt >= grantLifetimeMs) return refuse(world, wire.messages.code);
  const expected = checksum(app.keys.client_id ?? "", app.keys.secret_key ?? "", grant.code);
  if (!sameSecret(read.fields.checksum, expected)) return refuse(world, wire.messages.code);
  const { username } = grant;
  const access = await newAccess(world, username);
  const now = world.now();
  const refreshToken = `def50200${world.randomHex(48)}`;
  world.putSession({
    id: world.uuid(),
    broker: "zebu",
    kind: "user",
    appId: app.id,
    username,
    createdAt: now,
    usedAt: now,
    tokens: { access_token: access.token, refresh_token: refreshToken },
    data: { accessEnds: access.ends, refreshEnds: now + REFRESH_LIFETIME_MS },
  });
  return json({
    stat: wire.stat.ok,
    access_token: access.token,
    refresh_token: refreshToken,
    expires_in: String(ACCESS_SECONDS),
    request_time: indiaTimeDate(now),
    USERID: username,
    actid: username,
  });
}

/** `POST /NorenWClientAPI/RefreshToken`. The new access token takes the place of the old one, which is dead from then on (our choice). */
export async function refresh(call: Call, world: World): Promise<Answer> {
  const read = readFields(readBody(call.body), ["refresh_token"]);
  if ("emsg" in read) return refuse(world, read.emsg);
  const find = () => {
    const session = world.session("zebu", "refresh_token", read.fields.refresh_token);
    return session && isRefreshable(session, world.now()) ? session : undefined;
  };
  const username = find()?.username;
  if (!username) return refuse(world, wire.messages.refresh);
  const access = await newAccess(world, username);
  // It may have ended while the token was being signed.
  const session = find();
  if (!session) return refuse(world, wire.messages.refresh);
  world.putSession({
    ...session,
    usedAt: world.now(),
    tokens: { ...session.tokens, access_token: access.token },
    data: { ...session.data, accessEnds: access.ends },
  });
  return json({
    stat: wire.stat.ok,
    access_token: access.token,
    expires_in: String(ACCESS_SECONDS),
    request_time: indiaTimeDate(world.now()),
  });
}

/** A handler that sees only calls with a live access token, as bearer or, as older clients send it, as `jKey`. */
export function withSession(
  handle: (session: LiveSession, body: Body, world: World) => Answer,
): (call: Call, world: World) => Answer {
  return (call, world) => {
    const body = readBody(call.body);
    const token = bearerOf(call) ?? body.jKey;
    const session = token === undefined ? undefined : world.session("zebu", "access_token", token);
    if (!session || world.now() >= Number(session.data.accessEnds))
      return refuse(world, wire.messages.session);
    noteUse(world, session);
    return handle(session, body, world);
  };
}
