/**
 * Nuvama API Connect (B2B): paths, header names and field names, as its pages spell them.
 * @see https://nuvamawealth.com/partner-documentation
 */
import type { Shape } from "../shape.js";

export const hosts = {
  api: "np.nuvamawealth.com",
  login: "www.nuvamawealth.com",
  loginBare: "nuvamawealth.com",
} as const;

/** `{vendor}` is the vendor's name, `{user}` the client's trading account. Each is also taken with a trailing slash. */
export const paths = {
  loginVendor: "/edelmw-login/login/accounts/loginvendor/{vendor}",
  logoutVendor: "/edelmw-login/login/accounts/logoutvendor/{vendor}",
  login: "/login",
  limits: "/edelmw-eq/eq/limits/rmssublimits/{user}/",
  logoff: "/edelmw-login/login/account/logoff/{user}/",
} as const;

/** `authorization` is the client's token, raw, without `Bearer`. The page's step 6 calls source and sourceToken OrdSrc and OrdSrcTkn. */
export const headers = {
  source: "Source",
  sourceToken: "SourceToken",
  appIdKey: "AppIdKey",
  authorization: "Authorization",
} as const;

/** Login URL: the first three (the page's text also spells `ordscr`). Callback: the last four. */
export const query = {
  source: "ordsrc",
  sourceToken: "ordsrctkn",
  state: "state",
  success: "login_success",
  user: "userid",
  token: "encrTkn",
} as const;

export const loginVendorRequest = { pwd: "text" } as const satisfies Shape;
/** Answer of vendor login (`msg` is the vendor session token, 32 lower-case hex digits) and of vendor logout. */
export const vendorAnswer = { msg: "text", success: "boolean" } as const satisfies Shape;
export const vendorLoggedOut = "Vendor logged out successfully";

export const errorAnswer = {
  config: "object?",
  error: "object",
  msgID: "text?",
  srvTm: "number?",
} as const satisfies Shape;
export const errorDetail = { actCd: "text?", errCd: "text", errMsg: "text?" } as const satisfies Shape;
export const successAnswer = {
  appID: "text?",
  config: "object?",
  data: "object?",
  msgID: "text?",
  srvTm: "number?",
} as const satisfies Shape;

/** `errCd` values; `actCd` is "52" throughout. */
export const errors = {
  vendorDetails: { errCd: "EGN0009", errMsg: "Login failed. Invalid Vendor Details" },
  sourceToken: { errCd: "ETRD0001", errMsg: "Invalid Source Token. Session Expired" },
  session: { errCd: "EGN0011", errMsg: "Session Expired" },
} as const;
