import { autoshares as wire } from "kunji/wire";
import type { Answer, App, Call, LiveSession, User, World } from "../broker.js";
import { json } from "../broker.js";
import { pinUser } from "./autoshares.presets.js";
import { checkCredentials } from "./shared/credentials.js";
import { sameSecret } from "./shared/digest.js";
import { putNewGrant } from "./shared/new-grant.js";
import { bearerOf, headerOf } from "./shared/request-reading.js";
import { noteUse } from "./shared/session-use.js";

/** 24 hours, in ms: the page's. The vendor's newer pages say 60 minutes. */
const TOKEN_LIFETIME_MS = 86_400_000;
/** 5 minutes, in ms, for an interim token: no page names it. */
export const grantLifetimeMs = 300_000;

/** Opaque, and like the sample in base64. */
const newToken = (world: World): string => Buffer.from(world.randomHex(81), "hex").toString("base64");

/** Of a company's keys (web, mobile, custom) each works. Status 403: documented for the other routes, here inferred. */
function appOf(call: Call, world: World): App | Answer {
  const key = headerOf(call, wire.headers.appKey);
  const app = key === undefined ? undefined : world.app("autoshares", "Et-App-Key", key);
  return app ?? json({ error: "Application key is not defined or does not exist" }, 403);
}

const failed = (Step: string, Reason: string): Answer =>
  json({ State: wire.states.failed, Step, Reason }, 401);

const expecting = (Step: string, Reason: string, Token: string): Answer =>
  json({ State: wire.states.expecting, Step, Reason, Token }, 202);

function succeed(world: World, app: App, user: User): Answer {
  const now = world.now();
  const Token = newToken(world);
  world.putSession({
    id: world.uuid(),
    broker: "autoshares",
    kind: "user",
    appId: app.id,
    username: user.username,
    createdAt: now,
    usedAt: now,
    tokens: { Token },
    data: { ends: now + TOKEN_LIFETIME_MS },
  });
  return json({ State: wire.states.succeeded, Token });
}

function codeStep(call: Call, world: World, app: App, user: User): Answer {
  const { username } = user;
  const code = headerOf(call, wire.headers.verificationCode);
  if (code === undefined) {
    const interim = newToken(world);
    putNewGrant(world, { code: interim, broker: "autoshares", appId: app.id, username });
    return expecting(wire.steps.code, "Expecting confirmation code", interim);
  }
  const interim = bearerOf(call);
  const grant = world.grants("autoshares").find((one) => one.code === interim);
  const fresh = grant !== undefined && world.now() - grant.issuedAt < grantLifetimeMs;
  if (!fresh || grant.username !== username || grant.appId !== app.id)
    return failed(wire.steps.code, "Corrupted ticket");
  // Our choice: a wrong code leaves the interim token as it is; the right one takes it.
  if (!world.otpIs(user, code)) return failed(wire.steps.code, "Invalid verification code");
  if (!world.takeGrant("autoshares", grant.code)) return failed(wire.steps.code, "Corrupted ticket");
  return succeed(world, app, user);
}

/** The pages tie the PIN to no interim token: one is handed out as in the other second step, and not asked for. */
function pinStep(call: Call, world: World, app: App, user: User): Answer {
  const pin = headerOf(call, wire.headers.pinCode);
  if (pin === undefined) return expecting(wire.steps.pin, "Invalid pin", newToken(world));
  return sameSecret(pin, pinUser.pin) ? succeed(world, app, user) : failed(wire.steps.pin, "Invalid pin");
}

/** `POST <base>/token`. Header values are taken as Latin-1, the way they travel. */
export async function token(call: Call, world: World): Promise<Answer> {
  const app = appOf(call, world);
  if ("status" in app) return app;
  const username = headerOf(call, wire.headers.username);
  const password = headerOf(call, wire.headers.password);
  const checked = await checkCredentials(world, "autoshares", username, password);
  if ("refused" in checked)
    return failed(
      wire.steps.base,
      checked.refused === "locked" ? "Account is locked" : "Invalid credentials",
    );
  const { user } = checked;
  if (user.username === pinUser.username) return pinStep(call, world, app, user);
  if (user.behaviour === "second_factor") return codeStep(call, world, app, user);
  return succeed(world, app, user);
}

/** The vendor's words for a missing or dead token, and for a token that does not reach so far. */
export const denied = (): Answer => json({ Message: "Authorization has been denied for this request." }, 401);

/** A handler that sees only calls with a known app key and a live token; the token need not come from the same key. */
export function withSession(
  handle: (session: LiveSession, call: Call, world: World) => Answer,
): (call: Call, world: World) => Answer {
  return (call, world) => {
    const app = appOf(call, world);
    if ("status" in app) return app;
    const given = bearerOf(call);
    const session = given === undefined ? undefined : world.session("autoshares", "Token", given);
    if (!session || world.now() >= Number(session.data.ends)) return denied();
    noteUse(world, session);
    return handle(session, call, world);
  };
}
