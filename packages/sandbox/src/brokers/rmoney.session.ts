import { rmoney as wire } from "kunji/wire";
import type { Answer, Call, Grant, LiveSession, World } from "../broker.js";
import { json } from "../broker.js";
import { refusedUsers } from "./rmoney.presets.js";
import { sameSecret, sha256Hex, uuidOf } from "./shared/digest.js";
import { nextIndiaTime } from "./shared/india-clock.js";
import { bearerOf, fieldsOf, textOf } from "./shared/request-reading.js";
import { noteUse } from "./shared/session-use.js";

/** 5 minutes, in ms: no page names it, our choice. */
export const grantLifetimeMs = 300_000;
/** What the sample token's `exp` is after its `iat`, in seconds: 59.92 days. */
const JWT_SECONDS = 5_177_164;
/** On India's clock: when the exchanges log everybody out. */
export const dailyEnd = { hour: 7, minute: 0 } as const;
const ISSUER = "https://weblive.rmoneyindia.net/idaas/realms/Tradion";

/** The exchange's checksum. */
export function checksum(userId: string, authCode: string, apiSecret: string): string {
  return sha256Hex(userId, authCode, apiSecret);
}

/** The status is not published: 200, and 500 for the broker's own failure. */
const refuse = (emsg: string): Answer =>
  json({ stat: wire.stat.failed, emsg }, emsg === wire.messages.internal ? 500 : 200);

/** The open grant whose checksum the call brings, left where it is: the call names neither user nor app. */
export function grantOf(call: Call, world: World): Grant | undefined {
  const fields = fieldsOf(call.body);
  // The page spells the key in two ways; it takes no third.
  const given = textOf(fields, "checkSum") ?? textOf(fields, "checksum");
  if (given === undefined) return undefined;
  return world.grants("rmoney").find((grant) => {
    const secret = world.appById(grant.appId)?.keys.apiSecret;
    return secret !== undefined && sameSecret(given, checksum(grant.username, grant.code, secret));
  });
}

/** `POST /open-api/od/v1/vendor/getUserDetails`. */
export async function exchange(call: Call, world: World): Promise<Answer> {
  const named = grantOf(call, world);
  const grant = named && world.takeGrant("rmoney", named.code);
  if (!grant) return refuse(wire.messages.code);
  // Our choice: a login whose code has grown too old counts as no login.
  if (world.now() - grant.issuedAt >= grantLifetimeMs) return refuse(wire.messages.notLoggedIn);
  const { username, appId } = grant;
  const refused = refusedUsers[username];
  if (refused !== undefined) return refuse(refused);
  const iat = Math.floor(world.now() / 1000);
  const userSession = await world.signJwt(
    "rmoney",
    {
      exp: iat + JWT_SECONDS,
      iat,
      jti: world.uuid(),
      iss: ISSUER,
      aud: "account",
      sub: uuidOf(`rmoney user ${username}`),
      typ: "Bearer",
      azp: "tradion",
      sid: world.uuid(),
      preferred_username: username.toLowerCase(),
    },
    { typ: "JWT" },
  );
  const now = world.now();
  world.putSession({
    id: world.uuid(),
    broker: "rmoney",
    kind: "user",
    appId,
    username,
    createdAt: now,
    usedAt: now,
    tokens: { userSession },
    // Our choice: the exchanges' daily logout, long before the token's own `exp`.
    data: { ends: nextIndiaTime(now, dailyEnd.hour, dailyEnd.minute) },
  });
  return json({ stat: wire.stat.ok, clientId: username, userSession });
}

/** The envelope of every call after the exchange. */
export const served = (result: readonly unknown[]): Answer =>
  json({ status: "Ok", message: "Success", result });

export const refusedCall = (message: string, status: number): Answer =>
  json({ status: "Not_ok", message, result: [] }, status);

/** A handler that sees only calls with a live session. */
export function withSession(
  handle: (session: LiveSession, call: Call, world: World) => Answer,
): (call: Call, world: World) => Answer {
  return (call, world) => {
    const token = bearerOf(call);
    const session = token === undefined ? undefined : world.session("rmoney", "userSession", token);
    if (!session || world.now() >= Number(session.data.ends))
      return refusedCall("Session expired. Please login again", 401);
    noteUse(world, session);
    return handle(session, call, world);
  };
}
