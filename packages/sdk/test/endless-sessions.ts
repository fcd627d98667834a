import { type BrokerId, Secret, type Session } from "../src/index.js";

/** An app's keys at each broker, for calls that no broker judges. */
export const keys: Readonly<Record<BrokerId, Readonly<Record<string, string>>>> = {
  ventura: { appKey: "the-key", appSecret: "app-secret" },
  autoshares: { appKey: "the-key" },
  nuvama: { vendor: "TEST2", apiKey: "apiventest", pwd: "4cSfRu2fRZR99KCk", appIdKey: "the-key" },
  zebu: { clientId: "ABC", secret: "123" },
  rmoney: { appCode: "code", apiSecret: "api-secret" },
};
export const redirectUri = "http://127.0.0.1:4702/callback";

/** Holds a vendor session that no clock ends. */
export const vendorStore = {
  load: async () => ({
    token: new Secret("a79d62877efca412313ee9cd898c94af"),
    endsAt: 1e15,
    loggedOut: false,
  }),
  save: async () => undefined,
};

const names = [
  "auth_token",
  "token",
  "authorization",
  "appIdKey",
  "access_token",
  "refresh_token",
  "userSession",
];

/** A session that no clock ends; each of its tokens is `own-` and its name. */
export const session = (broker: BrokerId): Session => ({
  broker,
  account: "AA0605",
  confirmed: true,
  startedAt: 0,
  usedAt: 0,
  clocks: [],
  secrets: Object.fromEntries(names.map((name) => [name, new Secret(`own-${name}`)])),
});
