import { Secret } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf } from "../src/flows/app-client.js";
import { sealAppKeys } from "../src/flows/app-keys.js";
import { callbackUrlOf, openApp } from "../src/flows/open-app.js";
import type { App } from "../src/ports/apps.js";
import { databases } from "./support/databases.js";
import { allBrokers, newWorld, publicUrl, redirectBrokers, type TestWorld } from "./support/world.js";

const [, onFile] = databases[0];

describe("an app's client", () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await newWorld(await onFile());
    await world.addTenant("acme");
  });
  afterAll(() => world.close());

  const appOf = async (broker: string): Promise<App> => (await world.store.apps.get("acme", broker))!;
  const sealed = async (broker: string, keys: Record<string, string | number | false>): Promise<App> => ({
    ...(await appOf(broker)),
    sealedKeys: await sealAppKeys(world.ports, "acme", broker, keys),
  });

  it.each(redirectBrokers)("of %s logs a user in with the keys and the callback on file", async (broker) => {
    const app = await appOf(broker);
    const client = openApp(world.ports, app);
    const { url, attempt } = await client.begin!({ state: "s".repeat(43) });
    const back = await world.logIn(broker, url);
    expect(back.startsWith(callbackUrlOf(world.ports, app)!)).toBe(true);
    const session = await client.prove(await client.complete!(attempt, back));
    expect(session).toMatchObject({ broker, confirmed: true });
  });

  it("has a callback where the broker sends a browser back, and none where it sends none", async () => {
    const app = await appOf("zebu");
    expect(callbackUrlOf(world.ports, app)).toBe(`${publicUrl}/callback/zebu/${app.handle}`);
    expect(callbackUrlOf(world.ports, await appOf("autoshares"))).toBeUndefined();
    expect(openApp(world.ports, await appOf("autoshares")).login).toBeTypeOf("function");
  });

  it("gets the open settings as they are", async () => {
    const keys = { clientId: "ZEBUGW", secret: "s3cret", dailyLogout: false } as const;
    expect(openApp(world.ports, await sealed("zebu", keys))).toBeDefined();
    const early = await sealed("zebu", { ...keys, dailyLogout: "06:45" });
    expect(openApp(world.ports, early)).toBeDefined();
    const wrong = await sealed("zebu", { ...keys, dailyLogout: "6:45" });
    expect(() => openApp(world.ports, wrong)).toThrow(
      expect.objectContaining({ code: "app_unusable", facts: { broker: "zebu", field: "dailyLogout" } }),
    );
  });

  it.each(allBrokers)("of %s is refused by the field that is missing, without a value", async (broker) => {
    const { keys } = world.ports.brokers.traits[broker];
    const whole = Object.fromEntries(Object.keys(keys).map((name) => [name, "planted-16-chars"]));
    expect(openApp(world.ports, await sealed(broker, whole))).toBeDefined();
    for (const [name, { optional }] of Object.entries(keys)) {
      if (optional) continue;
      const { [name]: _, ...rest } = whole;
      const app = await sealed(broker, rest);
      const refused = expect.objectContaining({ code: "app_unusable", facts: { broker, field: name } });
      expect(() => openApp(world.ports, app)).toThrow(refused);
      expect(() => openApp(world.ports, app)).not.toThrow(/planted/);
    }
  });

  it("is refused where the keys on file are another app's, damaged, or no keys at all", async () => {
    const app = await appOf("zebu");
    const refused = expect.objectContaining({
      code: "app_unusable",
      facts: { broker: "zebu", field: "keys" },
    });
    const damaged = Uint8Array.from(app.sealedKeys);
    damaged[damaged.length - 1]! ^= 1;
    const slot = { tenant: "acme", kind: "app", id: "zebu", field: "keys" } as const;
    const text = await world.ports.vault.seal(slot, new Secret("planted, not JSON"));
    for (const broken of [
      { ...app, sealedKeys: (await appOf("ventura")).sealedKeys },
      { ...app, tenant: "other" },
      { ...app, sealedKeys: damaged },
      { ...app, sealedKeys: text },
    ])
      expect(() => openApp(world.ports, broken)).toThrow(refused);
    expect(openApp(world.ports, app)).toBeDefined();
  });

  it("is refused for an environment that the gateway does not reach", async () => {
    const app = await appOf("zebu");
    expect(() => openApp(world.ports, { ...app, environment: "elsewhere" })).toThrow(
      expect.objectContaining({ code: "app_unusable", facts: { broker: "zebu", field: "environment" } }),
    );
  });

  it("passes on what is no fault of the app's", () => {
    const brokers = {
      ...world.ports.brokers,
      open: () => {
        throw new TypeError("a fault of our own");
      },
    };
    const app = { broker: "zebu", environment: "sandbox", handle: "h" } as const;
    expect(() => clientOf({ brokers, publicUrl }, app, {}, { egress: undefined })).toThrow(TypeError);
  });
});
