import { autoshares as wire } from "kunji/wire";
import type { SandboxBroker } from "../broker.js";
import { calls } from "./autoshares.calls.js";
import { presets } from "./autoshares.presets.js";
import { grantLifetimeMs, token } from "./autoshares.session.js";

/**
 * AutoShares (ETNA Trader), the broker's side. Its apps are the app keys of one company.
 * @see https://pub-api-et-demo-prod.etnasoft.us/api
 */
export const autoshares: SandboxBroker = {
  id: "autoshares",
  name: "AutoShares",
  hosts: Object.values(wire.hosts),
  colour: "#1f7a8c",
  monogram: "A",
  lasts: "A session lasts 24 hours.",
  lifeOf: ({ data }) => ({ ends: [{ at: Number(data.ends), why: "24 hours after the login" }] }),
  login: null,
  routes: [
    { method: "POST", path: wire.base + wire.paths.token, does: "Login for a token", handle: token },
    ...calls,
  ],
  keyLabels: { "Et-App-Key": "Et-App-Key" },
  newKeys: (_appName, world) => ({ "Et-App-Key": world.uuid() }),
  presets,
  shown: ["state", "step", "reason", "error", "message", "userid", "login", "id", "accountid", "account"],
  accountFields: ["UserId", "Login", "AccountId", "Id"],
  grantLifetimeMs,
};
