/**
 * AutoShares (ETNA Trader): paths relative to the base URL, which ends in `/api`, and names as its pages spell them.
 * @see https://pub-api-et-demo-prod.etnasoft.us/api
 */
import type { Shape } from "../shape.js";

export const hosts = { api: "pub-api-et-demo-prod.etnasoft.us" } as const;

/** The base path on the host; the other paths follow it. `{account}` is the account's `Id`. */
export const base = "/api";
export const paths = {
  token: "/token",
  logout: "/logout",
  me: "/v1.0/users/@me/info",
  accounts: "/v1.0/users/@me/accounts",
  users: "/v1.0/users",
  positions: "/v1.0/accounts/{account}/positions",
  orders: "/v1.0/accounts/{account}/orders",
  history: "/v1.0/history/symbols",
} as const;

export const headers = {
  appKey: "Et-App-Key",
  username: "Username",
  password: "Password",
  verificationCode: "VerificationCode",
  pinCode: "PinCode",
  authorization: "Authorization",
} as const;

/** `State` of an answer to `/token`: 200 `Succeeded`, 202 `Expecting` one more step, 401 `Failed`. */
export const states = { succeeded: "Succeeded", expecting: "Expecting", failed: "Failed" } as const;
/** `Step` of an answer that is not `Succeeded`. `SecutityPin` is the vendor's spelling; newer pages correct it. */
export const steps = {
  base: "BaseAuthentication",
  code: "VerificationCode",
  pin: "SecutityPin",
  pinCorrected: "SecurityPin",
} as const;

export const tokenAnswer = {
  State: "text",
  Step: "text?",
  Reason: "text?",
  Token: "text?",
} as const satisfies Shape;

/** The other error shape of the same endpoint. */
export const appKeyError = { error: "text" } as const satisfies Shape;

export const userInfo = {
  UserId: "number",
  FirstName: "text?",
  MiddleName: "text?",
  LastName: "text?",
  Login: "text",
  Email: "text?",
  AddedDate: "text?",
  Salutation: "text?",
  Suffix: "text?",
} as const satisfies Shape;

/** One element of the array that `accounts` answers. */
export const account = {
  Id: "number",
  ClearingAccount: "text",
  AccessType: "text?",
  MarginType: "text?",
  OwnerType: "text?",
  Enabled: "boolean",
  ClearingFirm: "text?",
  IsAverageAccount: "boolean?",
  Owners: "list?",
} as const satisfies Shape;
