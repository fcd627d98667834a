import { nuvama as wire } from "kunji/wire";
import type { App, SandboxBroker } from "../broker.js";
import { routes } from "./nuvama.calls.js";
import { presets } from "./nuvama.presets.js";
import { authTokenFor, dailyEnd, lifeOf, sealToken } from "./nuvama.session.js";
import { vendorSession } from "./nuvama.vendor.js";
import { redirectTo } from "./shared/redirect.js";

export { sealToken } from "./nuvama.session.js";

/** A failed login and a declined one come back alike. */
const sentBack = (query: URLSearchParams, app: App): URL =>
  redirectTo(app, [
    [wire.query.success, "fail"],
    [wire.query.state, query.get(wire.query.state)],
  ]);

/**
 * Nuvama API Connect (B2B), the broker's side.
 * @see https://nuvamawealth.com/partner-documentation
 */
export const nuvama: SandboxBroker = {
  id: "nuvama",
  name: "Nuvama API Connect",
  hosts: Object.values(wire.hosts),
  colour: "#0b3d91",
  monogram: "N",
  lasts: "A session lasts until 00:30 India time, or 8 hours without a call; a vendor's session 24 hours.",
  dailyEnd,
  lifeOf,
  login: {
    path: wire.paths.login,
    params: [wire.query.source, wire.query.sourceToken, wire.query.state],
    app(query, world) {
      const key = query.get(wire.query.source);
      const app = key ? world.app("nuvama", "api_key", key) : undefined;
      if (!app) return { refuse: "This login link names no vendor: its ordsrc is missing or unknown." };
      const vendor = vendorSession(world, query.get(wire.query.sourceToken) ?? undefined);
      if (vendor?.appId !== app.id)
        return { refuse: "This login link's vendor session (ordsrctkn) has ended or is another vendor's." };
      return app;
    },
    consent: "first",
    granted(query, app, user, world) {
      const vendorToken = query.get(wire.query.sourceToken) ?? "";
      const sealed = sealToken(authTokenFor(app, user, world), app.keys.pwd ?? "", vendorToken);
      return redirectTo(app, [
        [wire.query.success, "true"],
        [wire.query.user, user.username],
        [wire.query.state, query.get(wire.query.state)],
        [wire.query.token, sealed],
      ]);
    },
    declined: sentBack,
    failed: sentBack,
  },
  routes,
  keyLabels: { vendor: "Vendor name", api_key: "API key", pwd: "Password", AppIdKey: "AppID" },
  newKeys: (_appName, world) => ({
    vendor: `VEN${world.randomText(6).toUpperCase()}`,
    api_key: world.randomText(12).toLowerCase(),
    pwd: world.randomText(16),
    AppIdKey: world.randomHex(16),
  }),
  presets,
  shown: [
    "ordsrc",
    "source",
    "vendor",
    "login_success",
    "userid",
    "success",
    "actcd",
    "errcd",
    "errmsg",
    "msgid",
    "srvtm",
    "eqaccid",
    "user",
  ],
  accountFields: ["userid", "eqAccID"],
  // There is no code to exchange: the redirect itself carries the token.
  grantLifetimeMs: 0,
};
