/**
 * RMoney (Tradion): paths, parameter names and field names, as its pages spell them.
 * @see https://weblive.rmoneyindia.net/apidocs
 */
import type { Shape } from "../shape.js";

export const hosts = { api: "weblive.rmoneyindia.net" } as const;

export const paths = {
  login: "/",
  exchange: "/open-api/od/v1/vendor/getUserDetails",
  profile: "/open-api/od/v1/profile/",
} as const;

export const query = { appCode: "appcode", authCode: "authCode", userId: "userId" } as const;

export const stat = { ok: "Ok", failed: "Not_ok" } as const;
export const messages = {
  code: "Invalid auth code",
  notLoggedIn: "User does not login. Please login",
  keyExpired: "Your API key Expired.Please update your API key",
  keyMissing: "API key not available.Please generate API key",
  internal: "Internal server error. Please try again later.",
} as const;

/** The sample's spelling. The page's table says `checksum`: the server takes both and no third. */
export const exchangeRequest = { checkSum: "text" } as const satisfies Shape;
export const exchangeAnswer = {
  stat: "text",
  clientId: "text",
  userSession: "text",
} as const satisfies Shape;
export const failure = { stat: "text", emsg: "text?" } as const satisfies Shape;

/** Every call after the exchange answers in this other envelope. */
export const envelope = { status: "text", message: "text?", result: "list?" } as const satisfies Shape;
/** The one element of the profile's `result`. */
export const profile = {
  clientId: "text",
  clientName: "text?",
  isTotpEnabled: "boolean?",
  isPoaProvided: "boolean?",
  accountStatus: "text?",
  exchanges: "list?",
  products: "list?",
  orderComplexity: "list?",
} as const satisfies Shape;
