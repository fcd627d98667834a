import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { verdicts } from "../../src/flows/app-findings.js";
import { openAppKeys } from "../../src/flows/app-keys.js";
import { putApp } from "../../src/flows/apps.js";
import { checkApp } from "../../src/flows/check-app.js";
import { lastLogins } from "../../src/flows/last-logins.js";
import { connectOwn } from "../../src/flows/own-connections.js";
import { recordEvent } from "../../src/flows/record-event.js";
import { logOutVendor } from "../../src/flows/vendor-session.js";
import { saidFindings, sayFinding } from "../../src/http/pages/dashboard/app-words.js";
import type { NewApp } from "../../src/ports/apps.js";
import type { Ports } from "../../src/ports/ports.js";
import { newBrowser } from "../connect/support/browser.js";
import { connected, logIn, rowOf, tokenOf } from "../connect/support/logins.js";
import { startForwardProxy } from "../egress/support/forward-proxy.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { allBrokers, returnUrl } from "../support/world.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

const [, makeDatabase] = databases[0];

describe("the check of an app", () => {
  let world: ApiWorld;
  let asha: SignedInPerson;
  let ports: Ports;
  let tenants = 0;
  let tenant: string;
  beforeAll(async () => {
    world = await newApiWorld(await makeDatabase());
    ports = world.ports;
  });
  afterAll(() => world.close());
  afterEach(async () => {
    await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/faults`, { method: "DELETE" });
  });

  /** A tenant of its own, so that no other test's logins are seen. */
  async function newTenant(): Promise<void> {
    tenant = `t${tenants++}`;
    await world.addTenant(tenant, allBrokers);
    asha = await signedIn(world, tenant);
  }
  const codes = async (id: string, by: Ports = ports) =>
    (await checkApp(by, tenant, id)).map(({ code }) => code);
  async function change(id: string, changes: Partial<NewApp>): Promise<void> {
    const {
      tenant: _,
      createdAt: __,
      updatedAt: ___,
      logoType: ____,
      ...row
    } = (await world.store.apps.get(tenant, id))!;
    await world.store.apps.put(tenant, { ...row, ...changes, at: world.now() });
  }
  const fail = (connection: string, reason: string) =>
    world.store.transaction((parts) =>
      recordEvent(parts, ports, tenant, { type: "connection.login_failed", connection, data: { reason } }),
    );

  it.each(allBrokers)("finds nothing wrong with an app at %s whose users log in", async (broker) => {
    await newTenant();
    expect((await codes(broker)).filter((code) => verdicts[code] === "wrong")).toEqual([]);
    await connected(world, { tenant, broker });
    const found = await codes(broker);
    expect(found.map((code) => verdicts[code])).toEqual(found.map(() => "ok"));
    expect(found).toContain("logins_succeed");
    const redirect = ports.brokers.traits[broker].login === "redirect";
    expect(found.includes("registration_proven")).toBe(redirect);
    expect(found.includes("callback_none")).toBe(!redirect);
    expect(found.includes("vendor_lives")).toBe(ports.brokers.traits[broker].vendorSession);
    const { status, text } = await asha.send(`/apps/${broker}/check`);
    expect([status, text.includes("Nothing is wrong.")]).toEqual([200, true]);
  });

  it("asks the broker for no login of a user", async () => {
    await newTenant();
    const before = (await world.ledger("zebu")).length;
    await codes("zebu");
    expect((await world.ledger("zebu")).length).toBe(before);
  });

  it("tells keys that can't be opened, and asks nobody then", async () => {
    await newTenant();
    await change("zebu", { sealedKeys: new Uint8Array(60) });
    const found = await codes("zebu");
    expect(found).toContain("keys_unreadable");
    expect(found).toContain("broker_not_asked");
    const { text } = await asha.send("/apps/zebu/check");
    expect(text).toContain("1 thing is wrong");
    expect(text).toContain("Write the app’s keys again");
    const { text: list } = await asha.open("/apps");
    expect(list.match(/class="trouble"/g)).toHaveLength(1);
    expect(list).toContain("What is on file can’t be opened");
  });

  it("tells an environment that is gone", async () => {
    await newTenant();
    await change("zebu", { environment: "moon" });
    expect(await codes("zebu")).toContain("environment_gone");
    expect((await asha.open("/apps/zebu")).status).toBe(200);
    expect((await asha.open("/apps")).text).toContain("no such environment any more");
  });

  it("tells http where the environment is live, and not where it is not", async () => {
    await newTenant();
    expect(await codes("zebu")).toContain("callback_fits");
    await change("zebu", { environment: "live", returnUrls: ["https://a.example/", "http://127.0.0.1/x"] });
    const offline: Ports = { ...ports, brokers: { ...ports.brokers, answers: async () => true } };
    const found = await codes("zebu", offline);
    expect(found).toContain("callback_not_https");
    expect(found).toContain("returns_local");
    const https = { ...offline, publicUrl: "https://gateway.example" };
    await change("zebu", { returnUrls: ["https://a.example/"] });
    const mended = await codes("zebu", https);
    expect(mended).toContain("callback_fits");
    expect(mended).toContain("returns_fit");
    await change("zebu", { returnUrls: [] });
    expect(await codes("zebu", https)).toContain("returns_missing");
  });

  it("tells a broker that does not answer, or too late", async () => {
    await newTenant();
    const silent: Ports = { ...ports, brokers: { ...ports.brokers, answers: async () => "ECONNREFUSED" } };
    const found = await checkApp(silent, tenant, "zebu");
    expect(found).toContainEqual({ code: "broker_silent", about: "ECONNREFUSED" });
    const never = { ...ports.brokers, answers: () => new Promise<true>(() => undefined) };
    const late = await checkApp({ ...ports, brokers: never }, tenant, "zebu", 20);
    expect(late).toContainEqual({ code: "broker_silent", about: "ETIMEDOUT" });
    expect(late.map(({ code }) => code)).toContain("keys_fit");
  });

  it("goes to the broker by the app's proxy, and tells what is wrong with that", async () => {
    await newTenant();
    const proxy = await startForwardProxy({ login: "user:planted" });
    const egress = proxy.with("user:planted");
    const app = { broker: "zebu", environment: "sandbox", return_urls: [returnUrl], egress } as const;
    await putApp(ports, tenant, "zebu", app, null);
    const asked = proxy.asked.length;
    expect(await codes("zebu")).toContain("broker_answers");
    expect(proxy.asked.length).toBeGreaterThan(asked);
    await change("zebu", { environment: "uat" });
    const other: Ports = {
      ...ports,
      egress: { ...ports.egress, try: async () => "reached" },
      brokers: { ...ports.brokers, answers: async () => true },
    };
    expect(await codes("zebu", other)).toContain("address_of_proxy");
    await change("zebu", { environment: "sandbox" });
    proxy.cut();
    expect(await codes("zebu")).toContain("proxy_unreachable");
    const refusing: Ports = { ...ports, egress: { ...ports.egress, try: async () => "refused" } };
    expect(await codes("zebu", refusing)).toContain("proxy_refused");
    const { text } = await asha.send("/apps/zebu/check");
    expect([text.includes("gives no tunnel"), text.includes("planted")]).toEqual([true, false]);
    await change("zebu", { sealedEgress: new Uint8Array(60) });
    expect(await codes("zebu")).toContain("proxy_unreadable");
    await proxy.close();
  });

  it("makes a vendor session where none lives, tells one that is refused, and undoes no logout", async () => {
    await newTenant();
    const vendorLogins = async () =>
      (await world.ledger("nuvama")).filter(({ path }) => path.includes("loginvendor")).length;
    const before = await vendorLogins();
    expect(await codes("nuvama")).toContain("vendor_lives");
    expect(await codes("nuvama")).toContain("vendor_lives");
    expect(await vendorLogins()).toBe(before + 1);
    await logOutVendor(ports, tenant, "nuvama", null);
    expect(await codes("nuvama")).toContain("vendor_logged_out");
    expect(await vendorLogins()).toBe(before + 1);
    await newTenant();
    const wrong = { pwd: "a-wrong-password", securityKey: "sixteen-letters!" };
    const { vendor, api_key: apiKey, AppIdKey: appIdKey } = world.presets.nuvama.apps.gateway;
    const keys = { vendor: vendor!, apiKey: apiKey!, appIdKey: appIdKey!, ...wrong };
    const app = { broker: "nuvama", environment: "sandbox", return_urls: [returnUrl], keys } as const;
    await putApp(ports, tenant, "nuvama", app, null);
    expect(await checkApp(ports, tenant, "nuvama")).toContainEqual({
      code: "vendor_refused",
      about: "keys_refused",
    });
    expect((await asha.send("/apps/nuvama/check")).text).toContain("does not accept the app’s keys");
  });

  it("tells the failures since the last login that succeeded, the newest first, and no other app's", async () => {
    await newTenant();
    const { id } = await connected(world, { tenant, broker: "zebu" });
    await fail(id, "keys_refused");
    const found = (await checkApp(ports, tenant, "zebu")).filter(({ code }) => code === "login_failed");
    expect(found.map(({ about }) => about)).toEqual(["keys_refused"]);
    await fail(id, "login_denied");
    const all = (await checkApp(ports, tenant, "zebu")).filter(({ code }) => code === "login_failed");
    expect(all.map(({ about }) => about)).toEqual(["login_denied", "keys_refused"]);
    expect(await codes("rmoney")).toContain("logins_untried");
    expect([...(await lastLogins(ports, tenant)).keys()]).toEqual(["zebu"]);
    await connected(world, { tenant, broker: "zebu" }, "u2");
    expect(await codes("zebu")).toContain("logins_succeed");
  });

  it("says of keys that they are unknown until a login, and after a wrong secret that one is probably wrong", async () => {
    await newTenant();
    const keys = openAppKeys(ports, (await world.store.apps.get(tenant, "zebu"))!);
    const withSecret = (secret: string) =>
      asha.send("/apps/zebu/keys", { "keys.clientId": String(keys.clientId), "keys.secret": secret });
    expect((await withSecret("a-wrong-secret")).status).toBe(303);
    expect(await codes("zebu")).toContain("keys_fit");
    const untried = (await asha.send("/apps/zebu/check")).text;
    expect(untried).toContain("unknown until somebody has logged in");

    const at = { tenant, broker: "zebu" } as const;
    const { connection, link } = await connectOwn(ports, asha.operator, "zebu");
    await logIn(world, newBrowser(world), at, tokenOf(link.url));
    const wrong = await codes("zebu");
    expect([wrong.includes("keys_doubtful"), wrong.includes("login_failed")]).toEqual([true, true]);
    const { text } = await asha.send("/apps/zebu/check");
    expect(text).toContain("probably a key or secret of the app is wrong");
    expect(text).toContain('<a href="#keys">write them again</a>');
    expect((await asha.open("/apps")).text).toContain("probably a key or secret of the app is wrong");
    const overview = (await asha.open("/")).text;
    expect(overview).toContain("Probably a key or secret of the app is wrong");
    expect(overview).toContain('href="/apps/zebu">Check the app');
    const back = await asha.open(`/connected?connection=${connection.id}&error=exchange_refused`);
    expect(back.text).toContain("Probably a key or secret of the app is wrong");

    world.advance(1_000);
    expect((await withSecret(String(keys.secret))).status).toBe(303);
    const mended = await checkApp(ports, tenant, "zebu");
    expect(mended.filter(({ code }) => verdicts[code] === "wrong")).toEqual([]);
    expect(mended.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["keys_fit", "logins_before_change"]),
    );
    expect((await asha.send("/apps/zebu/check")).text).toContain("Changed since");
    expect((await asha.open("/apps")).text).not.toContain('class="trouble"');
    expect((await asha.open("/")).text).not.toContain("lets nobody in");
    await connected(world, at, "u2");
    expect(await codes("zebu")).toEqual(expect.arrayContaining(["keys_proven", "logins_succeed"]));
  });

  it("shows in the list a failure that only the app can mend, and not one of its users'", async () => {
    await newTenant();
    const { id } = await connected(world, { tenant, broker: "zebu" });
    await fail(id, "login_denied");
    expect((await asha.open("/apps")).text).not.toContain('class="trouble"');
    await fail(id, "keys_refused");
    expect((await asha.open("/apps")).text).toContain("does not accept the app’s keys");
  });

  it("has words for all that it may find, for every broker", () => {
    expect([...saidFindings].sort()).toEqual(Object.keys(verdicts).sort());
    for (const broker of allBrokers)
      for (const code of saidFindings) {
        const { what, says, next } = sayFinding(
          { code, about: "timed_out", at: 0 },
          ports.brokers.traits[broker],
        );
        expect(what).not.toBe("");
        expect(String(says)).toMatch(/^\S.+\.$/);
        if (verdicts[code] === "wrong") expect(String(next)).toMatch(/\.$/);
      }
  });

  it("logs the vendor session out where that is confirmed, and every user with it", async () => {
    await newTenant();
    const connection = await connected(world, { tenant, broker: "nuvama" });
    const { text } = await asha.open("/apps/nuvama");
    expect(text).toContain('action="/apps/nuvama/log-out-vendor"');
    expect((await asha.open("/apps/zebu")).text).not.toContain("log-out-vendor");
    const done = await asha.send("/apps/nuvama/log-out-vendor");
    expect([done.status, done.headers.location]).toEqual([303, "/apps/nuvama?said=vendor"]);
    expect(await rowOf(world, connection)).toMatchObject({ status: "login_needed" });
    const after = (await asha.open("/apps/nuvama?said=vendor")).text;
    expect([after.includes("Logged out on purpose"), after.includes("log-out-vendor")]).toEqual([
      true,
      false,
    ]);
    const again = await asha.send("/apps/nuvama/log-out-vendor");
    expect([again.status, again.text.includes("no vendor session to log out")]).toEqual([422, true]);
    const records = await world.store.audit.newest(tenant, { limit: 50, of: { kind: "app", id: "nuvama" } });
    expect(records.find(({ action }) => action === "vendor_session.end")?.key).toBe(asha.operator.id);
  });
});
