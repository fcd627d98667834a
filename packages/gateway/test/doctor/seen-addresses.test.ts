import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../../src/free-port.js";
import { type ForwardProxy, startForwardProxy } from "../egress/support/forward-proxy.js";
import { type Env, newPatient, type Patient, places } from "./support/examined.js";

let patient: Patient;
let [ofApp, ofTwo, ofOne]: ForwardProxy[] = [];
beforeAll(async () => {
  patient = await newPatient(places[0][1], { KUNJI_EGRESS_TARGETS: "any" });
  await patient.whole.addApp("zebu");
  ofApp = await startForwardProxy();
  ofTwo = await startForwardProxy({ login: "user:marked-password" });
  ofOne = await startForwardProxy();
}, 60_000);
afterAll(async () => {
  await Promise.all([ofApp, ofTwo, ofOne].map((proxy) => proxy?.close()));
  await patient.close();
});

/** A connection of the app's with a proxy of its own; its id. */
async function connectionBy(egress: string): Promise<string> {
  const { ask } = patient.whole;
  const body = { app: "zebu", user: "asha", return_url: "https://app.example/connected" };
  const { id } = (await ask("POST", "/v1/connections", { body })).json;
  const set = await ask("PATCH", `/v1/connections/${id}`, { body: { egress } });
  expect([set.status, set.text]).toEqual([200, expect.any(String)]);
  return id;
}

it("doctor names the address seen by each distinct proxy once, those of connections too", async () => {
  const app = (await patient.whole.ask("GET", "/v1/apps/zebu")).json;
  const { broker, environment, return_urls } = app;
  const body = { broker, environment, return_urls, egress: ofApp?.url };
  expect((await patient.whole.ask("PUT", "/v1/apps/zebu", { body })).status).toBe(200);
  const ids = [
    await connectionBy(ofTwo?.with("user:marked-password") ?? ""),
    await connectionBy(ofTwo?.with("user:marked-password") ?? ""),
    await connectionBy(ofOne?.url ?? ""),
    await connectionBy(ofApp?.url ?? ""),
  ];
  const { findings } = await patient.examine();
  const told = findings.filter(({ check }) => check === "address");
  expect(told.every(({ level }) => level === "ok")).toBe(true);
  const ways = told.map(
    ({ says }) => /^The sandbox sees 127\.0\.0\.1 (.*), since it runs here/.exec(says)?.[1],
  );
  expect(ways.slice(0, 2)).toEqual([
    "where calls go directly",
    `by the proxy ${ofApp?.url}, of the app operator/zebu`,
  ]);
  expect(ways).toHaveLength(4);
  expect([0, 1].map((i) => `by the proxy ${ofTwo?.url}, of the connection ${ids[i]}`)).toEqual(
    expect.arrayContaining([ways.find((way) => way?.includes(ofTwo?.url ?? ""))]),
  );
  expect(ways).toContain(`by the proxy ${ofOne?.url}, of the connection ${ids[2]}`);
  expect(JSON.stringify(findings)).not.toContain("marked-password");

  ofOne?.cut();
  const cut = (await patient.examine()).findings.filter(({ check }) => check === "address");
  const by = `by the proxy ${ofOne?.url}, of the connection ${ids[2]}`;
  expect(cut.filter(({ level }) => level !== "ok")).toEqual([
    {
      check: "address",
      level: "warn",
      says: `Which address is seen ${by} can't be asked: it gives no tunnel to the sandbox, which answers directly.`,
      next: "Look whether the proxy runs, takes this password and lets the sandbox's host through.",
    },
  ]);
}, 60_000);

it("doctor says whose fault it is that an address is not seen", async () => {
  const addressOf = async (changes: Env, proxy: ForwardProxy | undefined) =>
    (await patient.examine(changes)).findings.find(
      ({ check, says }) => check === "address" && says.includes(`${proxy?.url}`),
    );
  const nobody = { KUNJI_SANDBOX_URL: `http://127.0.0.1:${await freePort("127.0.0.1")}` };
  expect(await addressOf(nobody, ofApp)).toMatchObject({
    level: "warn",
    says: expect.stringMatching(/no tunnel to the sandbox, which doesn't answer directly either/),
    next: "Look first whether the sandbox runs, then at the proxy.",
  });
  const silent = { KUNJI_SANDBOX_URL: ofTwo?.url ?? "" };
  expect(await addressOf(silent, ofApp)).toMatchObject({
    level: "warn",
    says: expect.stringMatching(/^The sandbox does not tell/),
    next: "Look whether it runs and can be reached.",
  });
  expect(await addressOf({ KUNJI_EGRESS_TARGETS: "public" }, ofApp)).toMatchObject({
    level: "warn",
    says: expect.stringMatching(/lies where the gateway may not go/),
    next: expect.stringContaining("KUNJI_EGRESS_TARGETS=any"),
  });
  expect(await addressOf({}, ofApp)).toMatchObject({ level: "ok" });

  // Sealed for another app, so that it opens for none.
  await patient.run("update apps set sealed_egress = (select sealed_egress from connections limit 1)");
  expect(await addressOf({}, ofApp)).toMatchObject({
    level: "warn",
    says: expect.stringMatching(/can't be opened with these keys/),
  });
}, 60_000);
