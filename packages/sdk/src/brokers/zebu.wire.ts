/**
 * Zebu MYNT (Noren OAuth): paths, parameter names and field names, as its pages spell them.
 * @see https://zebumyntapi.web.app
 */
import type { Shape } from "../shape.js";

export const hosts = { api: "go.mynt.in", uat: "uat.mynt.in" } as const;

export const paths = {
  login: "/OAuthlogin/authorize/oauth",
  exchange: "/NorenWClientAPI/GenAcsTok",
  refresh: "/NorenWClientAPI/RefreshToken",
  quotes: "/NorenWClientAPI/GetQuotes",
  client: "/NorenWClientAPI/ClientDetails",
  logout: "/NorenWClientAPI/Logout",
} as const;

export const query = { clientId: "client_id", code: "code" } as const;

export const stat = { ok: "Ok", failed: "Not_Ok" } as const;
export const messages = {
  code: "Invalid authorization code",
  codeOfTheFamily: "Invalid Input : INVALID_VERIFIER",
  refresh: "Invalid refresh token",
  /** Two blanks behind the colon. */
  session: "Session Expired :  Invalid Session Key",
  missing: "Invalid Input : Missing jData",
  notJson: "Invalid Input : jData is not valid json object",
} as const;

export const exchangeRequest = { code: "text", checksum: "text" } as const satisfies Shape;
/** `expires_in` is a text of seconds; `request_time` is `HH:mm:ss DD-MM-YYYY` on India's clock. The last two are the family's. */
export const exchangeAnswer = {
  stat: "text?",
  access_token: "text",
  refresh_token: "text?",
  expires_in: "text",
  request_time: "text?",
  USERID: "text?",
  actid: "text?",
} as const satisfies Shape;

export const refreshRequest = { refresh_token: "text" } as const satisfies Shape;
/** The page prints no refresh token here: the one on file stays in use. */
export const refreshAnswer = {
  stat: "text?",
  access_token: "text",
  expires_in: "text",
  request_time: "text?",
  refresh_token: "text?",
} as const satisfies Shape;

export const failure = { stat: "text", emsg: "text?", request_time: "text?" } as const satisfies Shape;

export const quotesRequest = { uid: "text", exch: "text", token: "text" } as const satisfies Shape;
export const quotesAnswer = {
  request_time: "text",
  stat: "text",
  exch: "text",
  tsym: "text",
  token: "text",
  lp: "text",
} as const satisfies Shape;
export const clientRequest = { uid: "text?" } as const satisfies Shape;
export const clientAnswer = {
  request_time: "text?",
  stat: "text",
  uid: "text?",
  actid: "text?",
  brkname: "text?",
} as const satisfies Shape;
/** What a quote and a client's details have in common. */
export const proofAnswer = { stat: "text", uid: "text?", actid: "text?" } as const satisfies Shape;
export const logoutRequest = { uid: "text" } as const satisfies Shape;
export const logoutAnswer = { stat: "text", request_time: "text?" } as const satisfies Shape;
