import { zebu as wire } from "kunji/wire";
import type { SandboxBroker } from "../broker.js";
import { putNewGrant } from "./shared/new-grant.js";
import { redirectTo } from "./shared/redirect.js";
import { calls } from "./zebu.calls.js";
import { presets } from "./zebu.presets.js";
import { exchange, grantLifetimeMs, grantOf, refresh } from "./zebu.session.js";

export { checksum } from "./zebu.session.js";

/**
 * Zebu MYNT (Noren OAuth), the broker's side.
 * @see https://zebumyntapi.web.app
 */
export const zebu: SandboxBroker = {
  id: "zebu",
  name: "Zebu MYNT",
  hosts: Object.values(wire.hosts),
  colour: "#2f9e44",
  monogram: "Z",
  lasts: "An access token lasts an hour; it can be refreshed for 30 days after the login.",
  lifeOf: ({ data }) => ({
    ends: [{ at: Number(data.accessEnds), why: "an hour after the login or the refresh" }],
    renewableUntil: Number(data.refreshEnds),
  }),
  login: {
    path: wire.paths.login,
    // No page passes a state on, so none is carried.
    params: [wire.query.clientId],
    app(query, world) {
      const id = query.get(wire.query.clientId);
      const app = id ? world.app("zebu", "client_id", id) : undefined;
      return app ?? { refuse: "This login link names no app: its client_id is missing or unknown." };
    },
    consent: "always",
    granted(_query, app, user, world) {
      const code = world.uuid();
      const { username } = user;
      putNewGrant(world, { code, broker: "zebu", appId: app.id, username });
      return redirectTo(app, [[wire.query.code, code]]);
    },
    // The page is silent on how a refusal comes back: OAuth 2's own way.
    declined: (_query, app) => redirectTo(app, [["error", "access_denied"]]),
  },
  routes: [
    { method: "POST", path: wire.paths.exchange, does: "Token exchange", handle: exchange },
    { method: "POST", path: wire.paths.refresh, does: "Token refresh", handle: refresh },
    ...calls,
  ],
  keyLabels: { client_id: "Client id", secret_key: "Secret key" },
  newKeys: (_appName, world) => ({
    client_id: `ZP${world.randomText(6).toUpperCase()}_U`,
    secret_key: world.randomText(32),
  }),
  presets,
  shown: [
    "client_id",
    "stat",
    "emsg",
    "expires_in",
    "request_time",
    "userid",
    "uid",
    "actid",
    "exch",
    "tsym",
    "lp",
    "brkname",
    "error",
  ],
  accountFields: ["USERID", "actid", "uid"],
  grantOf,
  grantLifetimeMs,
};
