import { describe, expect, it } from "vitest";
import { type BrokerId, brokers } from "../../src/index.js";

/** What each broker's login and sessions are like, in the words that are true of it. */
const manners: Readonly<Record<BrokerId, readonly string[]>> = {
  ventura: ["IN", "redirect", "echoesState", "logout", "totpLogin"],
  autoshares: ["US", "password", "logout"],
  nuvama: ["IN", "redirect", "echoesState", "vendorSession", "logout"],
  zebu: ["IN", "redirect", "refresh", "logout"],
  rmoney: ["IN", "redirect"],
};

/** What an app is registered with, as the broker's portal and pages name it; a `*` behind what is secret, a `?` behind what may be left out. */
const registrations: Readonly<Record<BrokerId, Readonly<Record<string, string>>>> = {
  ventura: { appKey: "app_key", appSecret: "app_secret*" },
  autoshares: { appKey: "Et-App-Key*" },
  nuvama: {
    vendor: "vendor",
    apiKey: "api_key",
    pwd: "pwd*",
    securityKey: "securityKey*?16",
    appIdKey: "AppIdKey*",
  },
  zebu: { clientId: "client_id", secret: "secret_key*" },
  rmoney: { appCode: "appcode", apiSecret: "apiSecret*" },
};

/** What the pages leave open, and what we take. */
const daily = (byDefault: string | false) => ({ dailyLogout: { kind: "daily", byDefault } });
const settings: Readonly<Record<BrokerId, object>> = {
  ventura: daily(false),
  autoshares: { lifetimeMs: { kind: "ms", byDefault: 24 * 3_600_000 } },
  nuvama: { iv: { kind: "choice", choices: ["zero", "key-start", "key-end", "prefix"], byDefault: "zero" } },
  zebu: daily(false),
  rmoney: daily("07:00"),
};

const at = (host: string, login = host) => ({ api: `https://${host}`, login: `https://${login}` });
const environments: Readonly<Record<BrokerId, object>> = {
  ventura: { live: at("easeapi.venturasecurities.com") },
  autoshares: {
    live: at("pub-api-et-demo-prod.etnasoft.us/api", "pub-api-et-demo-prod.etnasoft.us"),
  },
  nuvama: { live: at("np.nuvamawealth.com", "www.nuvamawealth.com") },
  zebu: { live: at("go.mynt.in"), uat: at("uat.mynt.in") },
  rmoney: { live: at("weblive.rmoneyindia.net") },
};

const firstCalls: Readonly<Record<BrokerId, object>> = {
  ventura: { method: "GET", path: "/user/v1/profile" },
  autoshares: { method: "GET", path: "/v1.0/users/@me/info" },
  nuvama: { method: "GET", path: "/edelmw-eq/eq/limits/rmssublimits/80126245/", account: "80126245" },
  zebu: {
    method: "POST",
    path: "/NorenWClientAPI/GetQuotes",
    body: '{"uid":"ZP0001","exch":"NSE","token":"2885"}',
    account: "ZP0001",
  },
  rmoney: { method: "GET", path: "/open-api/od/v1/profile/" },
};

describe.each(Object.keys(manners) as BrokerId[])("%s", (id) => {
  const { traits } = brokers[id];

  it("is what it is called, and knows of itself what its login and sessions are like", () => {
    expect(traits.id).toBe(id);
    expect(traits.name).toMatch(new RegExp(`^${id}\\b`, "i"));
    const { country, login, echoesState, vendorSession, refresh, logout, totpLogin } = traits;
    const flags = { echoesState, vendorSession, refresh, logout, totpLogin };
    const named = Object.entries(flags).flatMap(([name, holds]) => (holds ? [name] : []));
    expect([country, login, ...named]).toEqual(manners[id]);
    expect(Object.values(flags).every((flag) => typeof flag === "boolean")).toBe(true);
  });

  it("names what an app needs as the broker does, each with a label of its own", () => {
    const named = Object.entries(traits.keys).map(([field, { brokerName, secret, optional, length }]) => [
      field,
      `${brokerName}${secret ? "*" : ""}${optional ? "?" : ""}${length ?? ""}`,
    ]);
    expect(Object.fromEntries(named)).toEqual(registrations[id]);
    const labels = Object.values(traits.keys).map(({ label }) => label);
    for (const label of labels) expect(label).toMatch(/^[A-Z].*\S$/);
    expect(new Set(labels).size).toBe(labels.length);
    for (const { secret } of Object.values(traits.keys)) expect(typeof secret).toBe("boolean");
  });

  it("says what may be set besides, and what it is where nobody sets it", () => {
    for (const { label } of Object.values(traits.settings ?? {})) expect(label).toMatch(/^[A-Z].* .*\S$/);
    const open = Object.entries(traits.settings ?? {}).map(([name, { label: _, ...setting }]) => [
      name,
      setting,
    ]);
    expect(Object.fromEntries(open)).toEqual(settings[id]);
  });

  it("has its published hosts", () => {
    expect(traits.environments).toEqual(environments[id]);
  });

  it("has a first call", () => {
    expect(traits.firstCall).toEqual(firstCalls[id]);
  });
});

it("N-13 Nuvama alone ends every session itself at a time of day, 00:30 in India", () => {
  const ends = Object.values(brokers).map(({ traits: { id, dailyEnd } }) => [id, dailyEnd]);
  expect(ends.filter(([, end]) => end)).toEqual([["nuvama", { time: "00:30", utcOffset: "+05:30" }]]);
});

it("N-14 Nuvama alone may hand out one session at several logins, told by its auth token", () => {
  const shared = Object.values(brokers).map(({ traits: { id, sharedSecret } }) => [id, sharedSecret]);
  expect(shared.filter(([, name]) => name)).toEqual([["nuvama", "authorization"]]);
});
