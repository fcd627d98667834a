/**
 * Ventura EaseAPI: paths, parameter names and field names, as its pages spell them.
 * @see https://easeapi.venturasecurities.com/docs/ease-api/v1/login
 */
import type { Shape } from "../shape.js";

export const hosts = { api: "easeapi.venturasecurities.com" } as const;

export const paths = {
  login: "/auth/v1/login",
  exchange: "/login/v1/authorization/token",
  totp: "/login/v1/authorization/totp",
  profile: "/user/v1/profile",
  logout: "/user/v1/logout",
} as const;

/** Header names of the exchange and of every later call; `authorization` is `Bearer <auth_token>`. */
export const headers = {
  appKey: "x-app-key",
  clientId: "x-client-id",
  macAddress: "x-mac-address",
  authorization: "authorization",
} as const;

/** `GET` login: `app_key`, `state` (optional). Callback: `request_token`, `state` where one was sent. */
export const query = { appKey: "app_key", state: "state", requestToken: "request_token" } as const;

export const exchangeRequest = { request_token: "text", data: "text" } as const satisfies Shape;
export const totpRequest = { password: "text", data: "text", totp: "text" } as const satisfies Shape;

/** Answer of the exchange and of the TOTP login. The two ends are `YYYY-MM-DD HH:mm:ss` on India's clock. */
export const sessionAnswer = {
  client_id: "text",
  auth_token: "text",
  auth_expiry: "text",
  refresh_token: "text",
  refresh_expiry: "text",
} as const satisfies Shape;

/** `GET` profile: `{status: "success", data: {…}}`; `data` holds these. */
export const profileData = {
  user_type: "text",
  email: "text",
  mobile: "text",
  pan: "text",
  account_status: "text",
  user_name: "text",
  user_address: "text",
  broker: "text",
  exchanges: "list",
  products: "list",
  order_types: "list",
  segments: "list",
} as const satisfies Shape;

export const logoutRequest = { refresh_token: "text" } as const satisfies Shape;
export const logoutAnswer = { success: "boolean", message: "text?" } as const satisfies Shape;

/** Errors are not documented: these are the fields that clients in use look for. */
export const errorAnswer = {
  status: "text?",
  success: "boolean?",
  message: "text?",
  error_message: "text?",
  detail: "text?",
  session_expired: "boolean?",
} as const satisfies Shape;
