import { rmoney as wire } from "kunji/wire";
import type { SandboxBroker } from "../broker.js";
import { calls } from "./rmoney.calls.js";
import { presets } from "./rmoney.presets.js";
import { dailyEnd, exchange, grantLifetimeMs, grantOf } from "./rmoney.session.js";
import { putNewGrant } from "./shared/new-grant.js";
import { redirectTo } from "./shared/redirect.js";

export { checksum } from "./rmoney.session.js";

/**
 * RMoney (Tradion), the broker's side.
 * @see https://weblive.rmoneyindia.net/apidocs
 */
export const rmoney: SandboxBroker = {
  id: "rmoney",
  name: "RMoney Tradion",
  hosts: Object.values(wire.hosts),
  colour: "#7048e8",
  monogram: "R",
  lasts: "A session lasts until the exchanges' daily logout at 07:00 India time.",
  dailyEnd,
  lifeOf: ({ data }) => ({
    ends: [{ at: Number(data.ends), why: "the exchanges' daily logout at 07:00 India time" }],
  }),
  login: {
    path: wire.paths.login,
    // No page passes a state on, so none is carried.
    params: [wire.query.appCode],
    app(query, world) {
      const code = query.get(wire.query.appCode);
      const app = code ? world.app("rmoney", "appcode", code) : undefined;
      return app ?? { refuse: "This login link names no app: its appcode is missing or unknown." };
    },
    consent: "never",
    granted(_query, app, user, world) {
      const code = world.randomText(20);
      const { username } = user;
      putNewGrant(world, { code, broker: "rmoney", appId: app.id, username });
      return redirectTo(app, [
        [wire.query.authCode, code],
        [wire.query.userId, username],
      ]);
    },
    declined: (_query, app) => redirectTo(app, []),
  },
  routes: [{ method: "POST", path: wire.paths.exchange, does: "Token exchange", handle: exchange }, ...calls],
  keyLabels: { appcode: "App code", apiSecret: "API secret" },
  newKeys: (_appName, world) => ({
    appcode: world.randomText(10).toUpperCase(),
    apiSecret: world.randomText(48),
  }),
  presets,
  shown: ["appcode", "userid", "clientid", "stat", "emsg", "status", "message"],
  accountFields: ["clientId"],
  grantOf,
  grantLifetimeMs,
};
