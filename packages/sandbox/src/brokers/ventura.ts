import { ventura as wire } from "kunji/wire";
import type { SandboxBroker } from "../broker.js";
import { putNewGrant } from "./shared/new-grant.js";
import { redirectTo } from "./shared/redirect.js";
import { calls } from "./ventura.calls.js";
import { presets } from "./ventura.presets.js";
import { exchange, grantLifetimeMs, grantOf, totpLogin } from "./ventura.session.js";

export { checksum } from "./ventura.session.js";

/**
 * Ventura EaseAPI, the broker's side.
 * @see https://easeapi.venturasecurities.com/docs/ease-api/v1/login
 */
export const ventura: SandboxBroker = {
  id: "ventura",
  name: "Ventura EaseAPI",
  hosts: Object.values(wire.hosts),
  colour: "#e4572e",
  monogram: "V",
  lasts: "A session lasts 24 hours.",
  lifeOf: ({ data }) => ({ ends: [{ at: Number(data.authEnds), why: "24 hours after the login" }] }),
  login: {
    path: wire.paths.login,
    params: [wire.query.appKey, wire.query.state],
    app(query, world) {
      const key = query.get(wire.query.appKey);
      const app = key ? world.app("ventura", "app_key", key) : undefined;
      return app ?? { refuse: "This login link names no app: its app_key is missing or unknown." };
    },
    consent: "never",
    granted(query, app, user, world) {
      const code = world.randomText(10);
      const { username } = user;
      putNewGrant(world, { code, broker: "ventura", appId: app.id, username });
      return redirectTo(app, [
        [wire.query.requestToken, code],
        [wire.query.state, query.get(wire.query.state)],
      ]);
    },
    declined: (query, app) => redirectTo(app, [[wire.query.state, query.get(wire.query.state)]]),
  },
  routes: [
    { method: "POST", path: wire.paths.exchange, does: "Token exchange", handle: exchange },
    {
      method: "POST",
      path: wire.paths.totp,
      does: "Login with a code, without a browser",
      handle: totpLogin,
    },
    ...calls,
  ],
  keyLabels: { app_key: "App key", app_secret: "App secret" },
  newKeys: (_appName, world) => ({ app_key: world.randomText(20), app_secret: world.randomText(32) }),
  presets,
  shown: [
    "app_key",
    "x-app-key",
    "x-client-id",
    "client_id",
    "auth_expiry",
    "refresh_expiry",
    "status",
    "success",
    "message",
    "session_expired",
    "error_message",
  ],
  accountFields: ["client_id"],
  grantOf,
  grantLifetimeMs,
};
