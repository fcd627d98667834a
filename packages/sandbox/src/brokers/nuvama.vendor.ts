import { nuvama as wire } from "kunji/wire";
import type { Answer, App, Call, LiveSession, World } from "../broker.js";
import { json } from "../broker.js";
import { badSourceToken, badVendor } from "./nuvama.answers.js";
import { sameSecret } from "./shared/digest.js";
import { fieldsOf, headerOf, textOf } from "./shared/request-reading.js";

/** 24 hours, in ms. */
const VENDOR_LIFETIME_MS = 86_400_000;

/** A header's value, also under the name that the page's step 6 gives it. */
export const sourceOf = (call: Call): string | undefined =>
  headerOf(call, wire.headers.source) ?? headerOf(call, "OrdSrc");
export const sourceTokenOf = (call: Call): string | undefined =>
  headerOf(call, wire.headers.sourceToken) ?? headerOf(call, "OrdSrcTkn");

/** `Source` may be the vendor's name or its API key. */
export const isSourceOf = (app: App, source: string): boolean =>
  source === app.keys.vendor || source === app.keys.api_key;

/** The live vendor session that a source token opens. */
export function vendorSession(world: World, token: string | undefined): LiveSession | undefined {
  const session = token === undefined ? undefined : world.session("nuvama", "msg", token);
  return session?.kind === "vendor" && world.now() < Number(session.data.ends) ? session : undefined;
}

/**
 * `POST …/loginvendor/{vendor}`. Each login makes a new session; the older ones live on until their own 24 hours
 * are over (the page is silent). `Source` may be left out, as in the page's sample.
 */
export function loginVendor(call: Call, world: World): Answer {
  const app = world.app("nuvama", "vendor", call.params.vendor ?? "");
  const source = sourceOf(call);
  if (!app || (source !== undefined && !isSourceOf(app, source))) return badVendor(world);
  const pwd = textOf(fieldsOf(call.body), "pwd");
  // The page says only that `success` tells; our choice for a request without a password.
  if (pwd === undefined) return json({ msg: "Vendor password is missing", success: false });
  if (!sameSecret(pwd, app.keys.pwd ?? "")) return badVendor(world);
  const now = world.now();
  const msg = world.randomHex(16);
  world.putSession({
    id: world.uuid(),
    broker: "nuvama",
    kind: "vendor",
    appId: app.id,
    username: null,
    createdAt: now,
    usedAt: now,
    tokens: { msg },
    data: { ends: now + VENDOR_LIFETIME_MS },
  });
  return json({ msg, success: true });
}

/** `PUT …/logoutvendor/{vendor}`: ends every session of the vendor, whichever of their tokens came with the call. */
export function logoutVendor(call: Call, world: World): Answer {
  const session = vendorSession(world, sourceTokenOf(call));
  if (!session) return badSourceToken(world);
  const app = world.app("nuvama", "vendor", call.params.vendor ?? "");
  const source = sourceOf(call);
  // The page says only that `success` tells; our choice for a token that is live but another vendor's.
  if (app?.id !== session.appId || (source !== undefined && !isSourceOf(app, source)))
    return json({ msg: "Vendor logout failed", success: false });
  for (const { id } of world.sessions("nuvama", { kind: "vendor", appId: app.id })) world.endSession(id);
  return json({ msg: wire.vendorLoggedOut, success: true });
}
