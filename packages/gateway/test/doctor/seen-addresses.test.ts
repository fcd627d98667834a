import { afterAll, beforeAll, expect, it } from "vitest";
import { type ForwardProxy, startForwardProxy } from "../egress/support/forward-proxy.js";
import { newPatient, type Patient, places } from "./support/examined.js";

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
  expect(cut.filter(({ level }) => level !== "ok").map(({ says }) => says)).toEqual([
    `The sandbox does not tell which address it sees by the proxy ${ofOne?.url}, of the connection ${ids[2]}.`,
  ]);
}, 60_000);
