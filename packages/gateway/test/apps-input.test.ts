import type { BrokerId } from "kunji";
import type { PutApp } from "kunji/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { putApp } from "../src/flows/apps.js";
import { databases } from "./support/databases.js";
import { allBrokers, newWorld, type TestWorld } from "./support/world.js";

const [, onFile] = databases[0];
const back = ["https://app.example/back"];

/** An app of each broker, its keys by the names in the traits. */
const apps: Readonly<Record<BrokerId, PutApp>> = {
  ventura: { broker: "ventura", keys: { appKey: "key", appSecret: "secret" }, return_urls: back },
  autoshares: { broker: "autoshares", keys: { appKey: "key" }, return_urls: back },
  nuvama: {
    broker: "nuvama",
    keys: { vendor: "V", apiKey: "key", pwd: "4cSfRu2fRZR99KCk", appIdKey: "id" },
    return_urls: back,
  },
  zebu: { broker: "zebu", keys: { clientId: "C", secret: "secret" }, return_urls: back },
  rmoney: { broker: "rmoney", keys: { appCode: "code", apiSecret: "secret" }, return_urls: back },
};

describe("what an app is written with", () => {
  let world: TestWorld;
  let count = 0;
  beforeAll(async () => {
    world = await newWorld(await onFile());
    await world.addTenant("acme", []);
  });
  afterAll(() => world.close());

  const put = (input: PutApp, id = `app-${++count}`) => putApp(world.ports, "acme", id, input, null);

  /** Refused by the field; nothing is written, and nothing of the values is repeated. */
  async function refused(field: string, input: PutApp, id = `app-${++count}`): Promise<void> {
    const error = await put(input, id).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "request_invalid", facts: { field } });
    expect(`${error} ${JSON.stringify(error)}`).not.toContain("planted");
    expect(await world.store.apps.get("acme", id)).toBeUndefined();
  }

  it.each(allBrokers)("is what the traits of %s name, under either name", async (broker) => {
    const { keys = {} } = apps[broker];
    const { keys: traits } = world.ports.brokers.traits[broker];
    expect(Object.keys(traits)).toEqual(expect.arrayContaining(Object.keys(keys)));
    await put(apps[broker]);
    const renamed = Object.entries(keys).map(([name, value]) => [traits[name]?.brokerName ?? name, value]);
    await put({ ...apps[broker], keys: Object.fromEntries(renamed) });
    for (const name of Object.keys(keys)) {
      const { [name]: value = "", ...rest } = keys;
      await refused(`keys.${name}`, { ...apps[broker], keys: rest });
      for (const wrong of ["", " ", "planted\n", "planted\ud800", "planted".repeat(200)])
        await refused(`keys.${name}`, { ...apps[broker], keys: { ...keys, [name]: wrong } });
      const brokerName = traits[name]?.brokerName ?? name;
      if (brokerName !== name)
        await refused(`keys.${name}`, { ...apps[broker], keys: { ...keys, [brokerName]: value } });
    }
    await refused("keys", { ...apps[broker], keys: { ...keys, planted: "x" } });
    await refused("keys", {
      ...apps[broker],
      keys: JSON.parse(`{"__proto__":"x",${JSON.stringify(keys).slice(1)}`),
    });
    await refused("keys", { ...apps[broker], keys: { ...keys, redirectUri: "https://planted.example" } });
  });

  it("has keys of the length that the broker hands out", async () => {
    const { keys } = apps.nuvama;
    await put({ ...apps.nuvama, keys: { ...keys, pwd: "short", securityKey: "4cSfRu2fRZR99KCk" } });
    await refused("keys.securityKey", { ...apps.nuvama, keys: { ...keys, securityKey: "planted" } });
    await refused("keys.securityKey", { ...apps.nuvama, keys: { ...keys, pwd: "planted" } });
  });

  it("has settings that the broker's pages leave open, each of its kind", async () => {
    for (const [broker, name, right, wrong] of [
      ["nuvama", "iv", ["zero", "prefix"], ["planted", 1, false]],
      ["autoshares", "lifetimeMs", [1, 86_400_000], [0, -1, 1.5, Number.NaN, "planted", false]],
      ["zebu", "dailyLogout", [false, "00:00", "23:59"], ["24:00", "7:00", "planted", 0]],
    ] as const) {
      for (const value of right) await put({ ...apps[broker], settings: { [name]: value } });
      for (const value of wrong)
        await refused(`settings.${name}`, { ...apps[broker], settings: { [name]: value } });
      await refused("settings", { ...apps[broker], settings: { planted: "x" } });
      await refused("settings", { ...apps[broker], settings: { constructor: "x" } });
    }
  });

  it("has an id, a broker and an environment that are known", async () => {
    for (const id of ["a", "A.b_c-1", "x".repeat(64), "...", ".a", "a."])
      expect((await put(apps.zebu, id)).id).toBe(id);
    for (const id of ["", "x".repeat(65), "a b", "a/b", "ä", "a\n", ".", ".."])
      await refused("id", apps.zebu, id);
    for (const environment of ["live", "uat", "sandbox"])
      expect((await put({ ...apps.zebu, environment })).environment).toBe(environment);
    for (const environment of ["planted", "", "constructor", "https://planted.example"])
      await refused("environment", { ...apps.zebu, environment });
    await refused("broker", { ...apps.zebu, broker: "planted" as BrokerId });
    await refused("broker", { ...apps.zebu, broker: "constructor" as BrokerId });
  });

  it("has 1 to 20 return URLs, each one that a browser may be sent to", async () => {
    const right = [
      "https://app.example",
      "https://app.example/a?b=c&d=%7E",
      "https://app.example/code?codes=1&x=code&Connection=&my_error=error",
      "http://localhost:3000/x",
      "http://127.0.0.1/",
      "http://[::1]:8080/",
      `https://app.example/${"x".repeat(2_028)}`,
    ];
    expect((await put({ ...apps.zebu, return_urls: right })).returnUrls).toEqual(right);
    const wrong = [
      "",
      "/back",
      "//app.example/",
      "app.example",
      "https:app.example",
      "https:///app.example",
      "http://app.example/",
      "http://localhost.example/",
      "http://127.0.0.1.example/",
      "https://app.example/#x",
      "https://app.example/#",
      "https://planted@app.example/",
      "https://@app.example/",
      "https://a:planted@app.example/",
      "javascript:alert(1)",
      "ftp://app.example/",
      "https://app.example/\n",
      " https://app.example/",
      "https://app.example\\@planted.example/",
      "https://[planted/",
      "https://app.example/?connection=planted",
      "https://app.example/?b=c&code=planted",
      "https://app.example/?error",
      "https://app.example/?c%6Fde=planted",
      `https://app.example/${"x".repeat(2_029)}`,
    ];
    for (const url of wrong)
      await refused("return_urls.1", { ...apps.zebu, return_urls: ["https://app.example", url] });
    const urls = Array.from({ length: 21 }, (_, n) => `https://app.example/${n}`);
    await put({ ...apps.zebu, return_urls: urls.slice(1) });
    await refused("return_urls", { ...apps.zebu, return_urls: urls });
    await refused("return_urls", { ...apps.zebu, return_urls: [] });
  });
});
