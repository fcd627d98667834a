import { ventura as wire } from "kunji/wire";
import type { Answer, App, Call, Grant, LiveSession, World } from "../broker.js";
import { json } from "../broker.js";
import { checkCredentials } from "./shared/credentials.js";
import { sameSecret, sha256Hex, uuidOf } from "./shared/digest.js";
import { indiaDateTime } from "./shared/india-clock.js";
import { bearerOf, fieldsOf, headerOf, textOf } from "./shared/request-reading.js";
import { noteUse } from "./shared/session-use.js";

/** 10 minutes, in ms. */
export const grantLifetimeMs = 600_000;
/** 24 hours and 72 hours, in seconds. */
const AUTH_SECONDS = 86_400;
const REFRESH_SECONDS = 259_200;
const ISSUER = "https://cognito-idp.ap-south-1.amazonaws.com/ap-south-1_KunjiSbox";
const REQUEST_TOKEN = /^[A-Za-z0-9]{10}$/;

/** `data` of the exchange: the same for every login of an app. */
export function checksum(appKey: string, appSecret: string): string {
  return sha256Hex(appKey, appSecret);
}

/** The page shows no error: status and message are our choice, the shape is what clients in use look for. */
export function refuse(status: number, message: string): Answer {
  return json({ status: "error", message }, status);
}

function appOf(call: Call, world: World): App | undefined {
  const key = headerOf(call, wire.headers.appKey);
  return key === undefined ? undefined : world.app("ventura", "app_key", key);
}

const isChecksumOf = (app: App, data: string): boolean =>
  sameSecret(data, checksum(app.keys.app_key ?? "", app.keys.app_secret ?? ""));

/** The grant that an exchange call names, left where it is. */
export function grantOf(call: Call, world: World): Grant | undefined {
  const token = textOf(fieldsOf(call.body), "request_token");
  if (token === undefined || !REQUEST_TOKEN.test(token)) return undefined;
  return world.grants("ventura").find((grant) => grant.code === token);
}

async function open(world: World, app: App, username: string): Promise<Answer> {
  const now = world.now();
  const iat = Math.floor(now / 1000);
  const shared = {
    sub: uuidOf(`ventura user ${username}`),
    iss: ISSUER,
    client_id: sha256Hex("ventura client ", app.id).slice(0, 26),
    origin_jti: world.uuid(),
    event_id: world.uuid(),
  };
  const authToken = await world.signJwt("ventura", {
    ...shared,
    token_use: "access",
    scope: "aws.cognito.signin.user.admin",
    auth_time: iat,
    exp: iat + AUTH_SECONDS,
    iat,
    jti: world.uuid(),
    username: username.toLowerCase(),
  });
  const refreshToken = await world.sealJwe(
    "ventura",
    { ...shared, token_use: "refresh", exp: iat + REFRESH_SECONDS, iat, jti: world.uuid() },
    { cty: "JWT" },
  );
  world.putSession({
    id: world.uuid(),
    broker: "ventura",
    kind: "user",
    appId: app.id,
    username,
    createdAt: now,
    usedAt: now,
    tokens: { auth_token: authToken, refresh_token: refreshToken },
    data: { authEnds: (iat + AUTH_SECONDS) * 1000 },
  });
  return json({
    client_id: username,
    auth_token: authToken,
    auth_expiry: indiaDateTime((iat + AUTH_SECONDS) * 1000),
    refresh_token: refreshToken,
    refresh_expiry: indiaDateTime((iat + REFRESH_SECONDS) * 1000),
  });
}

/** `POST /login/v1/authorization/token`. It never looks at `Authorization`: a client in use sends one without a meaning. */
export async function exchange(call: Call, world: World): Promise<Answer> {
  const app = appOf(call, world);
  if (!app) return refuse(401, "Invalid app key");
  const fields = fieldsOf(call.body);
  const token = textOf(fields, "request_token");
  const data = textOf(fields, "data");
  if (token === undefined || data === undefined) return refuse(400, "request_token and data are required");
  if (!REQUEST_TOKEN.test(token)) return refuse(401, "Invalid request token");
  // Our choice: the token is taken before it is judged, so a failed exchange has spent it too.
  const grant = world.takeGrant("ventura", token);
  if (!grant || grant.appId !== app.id) return refuse(401, "Invalid request token");
  if (world.now() - grant.issuedAt >= grantLifetimeMs) return refuse(401, "Request token expired");
  if (!isChecksumOf(app, data)) return refuse(401, "Invalid data");
  return open(world, app, grant.username);
}

/** True once a second for an app. The mark lies among the grants under a name that no request token can have. */
function mayCallTotp(app: App, world: World): boolean {
  const mark = `totp call of ${app.id}`;
  const last = world.takeGrant("ventura", mark)?.issuedAt ?? Number.NEGATIVE_INFINITY;
  const since = world.now() - last;
  const may = since >= 1000 || since < 0;
  world.putGrant({
    code: mark,
    broker: "ventura",
    appId: app.id,
    username: "",
    issuedAt: may ? world.now() : last,
  });
  return may;
}

/** `POST /login/v1/authorization/totp`: a login without a browser. The sandbox takes the user's password as the PIN. */
export async function totpLogin(call: Call, world: World): Promise<Answer> {
  const app = appOf(call, world);
  if (!app) return refuse(401, "Invalid app key");
  const username = headerOf(call, wire.headers.clientId);
  const fields = fieldsOf(call.body);
  const password = textOf(fields, "password");
  const data = textOf(fields, "data");
  const totp = textOf(fields, "totp");
  if (!username || !headerOf(call, wire.headers.macAddress) || !password || !data || !totp)
    return refuse(400, "x-client-id, x-mac-address, password, data and totp are required");
  if (!mayCallTotp(app, world))
    return json({ status: "error", message: "Too many requests" }, 429, { "retry-after": "1" });
  if (!isChecksumOf(app, data)) return refuse(401, "Invalid data");
  const checked = await checkCredentials(world, "ventura", username, password);
  if ("refused" in checked)
    return refuse(401, checked.refused === "locked" ? "Account is locked" : "Invalid client id or password");
  if (!world.otpIs(checked.user, totp)) return refuse(401, "Invalid TOTP");
  return open(world, app, checked.user.username);
}

/** A handler for calls after the login: it sees only calls with a live session of the app and client that the headers name. */
export function withSession(
  handle: (session: LiveSession, call: Call, world: World) => Answer,
): (call: Call, world: World) => Answer {
  return (call, world) => {
    const app = appOf(call, world);
    if (!app) return refuse(401, "Invalid app key");
    const token = bearerOf(call);
    const session = token === undefined ? undefined : world.session("ventura", "auth_token", token);
    if (!session || session.appId !== app.id || world.now() >= Number(session.data.authEnds))
      return json(
        { status: "error", message: "Session expired. Please login again", session_expired: true },
        401,
      );
    if (headerOf(call, wire.headers.clientId) !== session.username) return refuse(401, "Invalid client id");
    noteUse(world, session);
    return handle(session, call, world);
  };
}
