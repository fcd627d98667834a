import { type BrokerId, brokers, Secret } from "kunji";
import { describe, expect, it } from "vitest";
import { createBrokers } from "../src/adapters/brokers/sdk-brokers.js";
import { brokerInfo } from "../src/flows/apps.js";
import type { ClientWish } from "../src/ports/brokers.js";
import { allBrokers } from "./support/world.js";

const sandboxUrl = "http://127.0.0.1:4701";
const demo = { api: "https://uat.broker.example/api", login: "https://uat.broker.example/login" };

function wish(broker: BrokerId, environment: string): ClientWish {
  const names = Object.keys(brokers[broker].traits.keys);
  const settings = Object.fromEntries(names.map((name) => [name, new Secret("a-key-of-16-char")]));
  return { broker, environment, settings, redirectUri: "https://app.example/back" };
}

describe("the brokers", () => {
  it("are reached at their published hosts, at the operator's and at the sandbox, and nowhere else", () => {
    const ports = createBrokers({ sandboxUrl, listed: { zebu: { demo } } });
    expect(ports.environments("zebu")).toEqual(["live", "uat", "demo", "sandbox"]);
    expect(ports.environments("ventura")).toEqual(["live", "sandbox"]);
    expect(createBrokers({}).environments("ventura")).toEqual(["live"]);
    expect(ports.open(wish("zebu", "demo")).origins).toEqual(demo);
    expect(ports.open(wish("zebu", "live")).origins).toEqual(brokers.zebu.traits.environments.live);
    expect(ports.open(wish("zebu", "sandbox")).origins.api).toContain(`${sandboxUrl}/zebu`);
    for (const [broker, environment] of [
      ["ventura", "demo"],
      ["zebu", "other"],
      ["zebu", "__proto__"],
      ["zebu", "constructor"],
      ["zebu", ""],
    ] as const)
      expect(() => ports.open(wish(broker, environment))).toThrow(
        expect.objectContaining({ code: "app_unusable", facts: { broker, field: "environment" } }),
      );
    expect(() => createBrokers({}).open(wish("zebu", "sandbox"))).toThrow(
      expect.objectContaining({ code: "app_unusable" }),
    );
  });

  it("are told with their traits, by the names that an app's keys may be given under", () => {
    const info = brokerInfo({ brokers: createBrokers({ sandboxUrl }) });
    expect(info.map(({ id }) => id).sort()).toEqual([...allBrokers].sort());
    for (const { id, keys, settings, environments, ...rest } of info) {
      const { traits } = brokers[id];
      expect(keys.map(({ name }) => name)).toEqual(Object.keys(traits.keys));
      for (const { name, ...told } of keys)
        expect(told).toEqual({
          broker_name: traits.keys[name]?.brokerName,
          label: traits.keys[name]?.label,
          secret: traits.keys[name]?.secret,
          optional: traits.keys[name]?.optional === true,
        });
      expect(settings.map(({ name }) => name)).toEqual(Object.keys(traits.settings ?? {}));
      expect(environments).toEqual([...Object.keys(traits.environments), "sandbox"]);
      expect(rest).toMatchObject({
        login: traits.login,
        echoes_state: traits.echoesState,
        refresh: traits.refresh,
      });
    }
    expect(info.find(({ id }) => id === "nuvama")).toMatchObject({
      name: "Nuvama",
      country: "IN",
      login: "redirect",
      echoes_state: true,
      vendor_session: true,
      refresh: false,
      logout: true,
      first_call: { method: "GET", body: null },
      settings: [
        {
          name: "iv",
          label: "Where the IV comes from",
          kind: "choice",
          choices: ["zero", "key-start", "key-end", "prefix"],
          default: "zero",
        },
      ],
    });
    expect(JSON.parse(JSON.stringify(info))).toEqual(info);
  });
});
