import type { BrokerId } from "kunji";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { VaultError } from "../../src/domain/vault-error.js";
import type { Person } from "../browser/support/person.js";
import { allBrokers, redirectBrokers, returnUrl } from "../support/world.js";
import { type WholeOnDatabase, wholeGateways } from "./support/both-databases.js";
import {
  askLink,
  begin,
  codeOf,
  comeBack,
  confirm,
  connect,
  errorOf,
  eventsOf,
  finish,
  type Link,
  logIn,
  received,
  usernameOf,
} from "./support/journey.js";

/** Another user of each broker's whose login goes through. */
const otherUser: Readonly<Record<BrokerId, string>> = {
  ventura: "AD3319",
  nuvama: "80163504",
  zebu: "ZP0447",
  rmoney: "I10263",
  autoshares: "demo.elsewhere",
};
const minutes = 60_000;
const withoutId = (page: string) => page.replace(/req_?[\w-]+|[0-9a-f-]{36}/gi, "");

describe.each(wholeGateways)("whoever finishes is whoever began, on %s", (_, open) => {
  let whole: WholeOnDatabase;
  /** A second app at each broker, with keys of its own. */
  const second = (broker: BrokerId) => `${broker}-2`;
  const handles = new Map<string, string>();
  beforeAll(async () => {
    whole = await open();
    for (const broker of allBrokers) {
      await whole.addApp(broker);
      const { redirect_url: _, ...keys } = whole.presets[broker].apps.cli;
      const body = { broker, environment: "sandbox", keys, return_urls: [returnUrl] };
      await whole.ask("PUT", `/v1/apps/${second(broker)}`, { body });
      for (const id of [broker, second(broker)]) {
        const { callback_url } = (await whole.ask("GET", `/v1/apps/${id}`)).json;
        handles.set(id, callback_url?.split("/").at(-1) ?? "");
      }
    }
  }, 60_000);
  afterAll(() => whole.close());

  const cookieName = (app: string) => `kunji_${handles.get(app)}`;
  const echoesState = (broker: BrokerId) => whole.gateway.ports.brokers.traits[broker].echoesState;

  /** A login whose browser is about to make its callback. */
  async function waiting(broker: BrokerId, person: Person = whole.person()) {
    const link = await askLink(whole, broker);
    const callback = await comeBack(whole, broker, await begin(person, link));
    return { link, person, callback };
  }

  /** What a login leaves behind: the calls to the broker, the connection and its events. */
  async function traces(broker: BrokerId, { id }: Link) {
    const [calls, told] = [await received(whole, broker), await eventsOf(whole, id)];
    return { calls, told, row: (await whole.ask("GET", `/v1/connections/${id}`)).json };
  }

  async function expectNothing(broker: BrokerId, link: Link, person: Person, callback: string) {
    const before = await traces(broker, link);
    const page = await person.open(callback);
    expect([page.status, page.headers.location]).toEqual([400, undefined]);
    expect(page.text).toContain("login_unknown");
    expect(await traces(broker, link)).toEqual(before);
    return withoutId(page.text);
  }

  describe.each(redirectBrokers)("an attempt at %s", (broker) => {
    it("is its browser's: without its cookie or with another's a callback is one and the same page, and uses up nothing", async () => {
      const { link, person, callback } = await waiting(broker);
      const stranger = whole.person();
      const forger = whole.person();
      forger.jar.set(cookieName(broker), "A".repeat(43));
      const pages = [
        await expectNothing(broker, link, stranger, callback),
        await expectNothing(broker, link, forger, callback),
      ];
      if (echoesState(broker)) {
        const own = await waiting(broker);
        pages.push(await expectNothing(broker, link, own.person, callback));
        expect(codeOf(await finish(own.person, own.callback))).toBeDefined();
      }
      expect(new Set(pages).size).toBe(1);
      expect(codeOf(await finish(person, callback))).toBeDefined();
    });

    it("is its app's and its broker's: at another one's path it is unknown, even with the cookie's value there", async () => {
      const { link, person, callback } = await waiting(broker);
      const own = person.jar.get(cookieName(broker)) ?? "";
      const handle = handles.get(broker) ?? "";
      const elsewhere = broker === "zebu" ? "rmoney" : "zebu";
      for (const app of [second(broker), elsewhere]) person.jar.set(cookieName(app), own);
      for (const wrong of [
        callback.replace(handle, handles.get(second(broker)) ?? ""),
        callback.replace(`${broker}/${handle}`, `${elsewhere}/${handles.get(elsewhere)}`),
        callback.replace(`/${broker}/`, `/${elsewhere}/`),
      ]) {
        expect(wrong).not.toBe(callback);
        await expectNothing(broker, link, person, wrong);
      }
      expect(codeOf(await finish(person, callback))).toBeDefined();
    });

    it("takes the place of the one before it in the same browser at the same app, and of no other", async () => {
      const person = whole.person();
      const first = await waiting(broker, person);
      const cookie = person.jar.get(cookieName(broker)) ?? "";
      const elsewhere = await waiting(broker === "zebu" ? "rmoney" : "zebu", person);
      const next = await waiting(broker, person);
      expect(person.jar.get(cookieName(broker))).not.toBe(cookie);
      if (echoesState(broker)) await expectNothing(broker, first.link, person, first.callback);
      const withOldCookie = whole.person();
      withOldCookie.jar.set(cookieName(broker), cookie);
      await expectNothing(broker, first.link, withOldCookie, first.callback);
      const last = await finish(person, next.callback);
      expect(new URL(last.headers.location ?? "").searchParams.get("connection")).toBe(next.link.id);
      expect(codeOf(last)).toBeDefined();
      expect(codeOf(await finish(person, elsewhere.callback))).toBeDefined();
    });

    it("is used once, of twenty at the same moment too", async () => {
      const { link, person, callback } = await waiting(broker);
      const cookie = person.jar.get(cookieName(broker)) ?? "";
      const [...all] = await Promise.all(Array.from({ length: 20 }, () => person.open(callback)));
      const moved = all.filter(({ status }) => status === 303);
      expect([moved.length, all.filter(({ status }) => status === 400).length]).toEqual([1, 19]);
      person.jar.set(cookieName(broker), cookie);
      await expectNothing(broker, link, person, callback);
    });

    it("is used up before anything is opened or sent, whatever becomes of that", async () => {
      const { vault } = whole.gateway.ports;
      const { link, person, callback } = await waiting(broker);
      const cookie = person.jar.get(cookieName(broker)) ?? "";
      const calls = await received(whole, broker);
      const opening = vi.spyOn(vault, "open").mockImplementation(() => {
        throw new VaultError("sealed_unreadable");
      });
      const failed = await person.open(callback).finally(() => opening.mockRestore());
      expect(codeOf(failed)).toBeUndefined();
      person.jar.set(cookieName(broker), cookie);
      expect(await received(whole, broker)).toBe(calls);
      await expectNothing(broker, link, person, callback);
      const again = await waiting(broker);
      expect(codeOf(await finish(again.person, again.callback))).toBeDefined();
    });

    it("is gone after ten minutes, and not a moment before", async () => {
      for (const [ms, lives] of [
        [10 * minutes - 1, true],
        [10 * minutes, false],
      ] as const) {
        const person = whole.person();
        const link = await askLink(whole, broker);
        const loginUrl = await begin(person, link);
        whole.moveClock(ms);
        const callback = await comeBack(whole, broker, loginUrl);
        if (lives) expect(codeOf(await finish(person, callback))).toBeDefined();
        else await expectNothing(broker, link, person, callback);
      }
    });
  });

  describe.each(allBrokers)("a connection at %s", (broker) => {
    const statusOf = async ({ id }: Link) => (await whole.ask("GET", `/v1/connections/${id}`)).json.status;

    it("becomes active only by the tenant's server, with the code, for the user who began, once and in time", async () => {
      const link = await askLink(whole, broker);
      const other = await askLink(whole, broker);
      const code = codeOf(await logIn(whole, broker, link));
      expect(code).toBeDefined();
      expect(await statusOf(link)).toBe("pending");
      expect((await whole.ask("GET", `/v1/connections/${link.id}/session`)).json.code).toBe("login_needed");
      expect((await confirm(whole, link, `${code}x`)).json.code).toBe("code_refused");
      expect((await confirm(whole, other, code)).json.code).toBe("code_refused");
      expect((await confirm(whole, link, code, { key: "" })).status).toBe(401);
      expect(await statusOf(link)).toBe("pending");
      expect((await confirm(whole, link, code)).json.status).toBe("active");
      expect((await whole.ask("GET", `/v1/connections/${link.id}/session`)).status).toBe(200);
      expect((await confirm(whole, link, code)).json.code).toBe("code_refused");

      const users = await askLink(whole, broker);
      const another = await confirm(whole, users, codeOf(await logIn(whole, broker, users)), { user: "uma" });
      expect([another.status, another.json.code]).toEqual([403, "user_mismatch"]);
      const late = codeOf(await logIn(whole, broker, users));
      whole.moveClock(10 * minutes);
      expect((await confirm(whole, users, late)).json.code).toBe("code_refused");
      expect(await statusOf(users)).not.toBe("active");
      const inTime = codeOf(await logIn(whole, broker, users));
      whole.moveClock(10 * minutes - 1);
      expect((await confirm(whole, users, inTime)).json.status).toBe("active");
    });

    it("refuses a reconnect that comes back with another account, and keeps the session that it has", async () => {
      const id = await connect(whole, broker);
      const { account } = (await whole.ask("GET", `/v1/connections/${id}`)).json;
      const refused = await logIn(
        whole,
        broker,
        await askLink(whole, broker, { connection: id }),
        otherUser[broker],
      );
      expect(errorOf(refused)).toBe("account_mismatch");
      expect((await whole.ask("GET", `/v1/connections/${id}`)).json).toMatchObject({
        generation: 1,
        account,
        status: "active",
      });
      const link = await askLink(whole, broker, { connection: id });
      expect((await confirm(whole, link, codeOf(await logIn(whole, broker, link)))).json).toMatchObject({
        generation: 2,
        account,
      });
    });
  });

  describe.each(redirectBrokers)("the user at %s", (broker) => {
    it("first confirms on a page that names the account where no state comes back, and is not asked elsewhere", async () => {
      const { link, person, callback } = await waiting(broker);
      const move = await person.open(callback);
      const asked = move.headers.location?.endsWith("/account") ?? false;
      expect(asked).toBe(!echoesState(broker));
      if (!asked) return expect(codeOf(move)).toBeDefined();
      const row = async () => (await whole.ask("GET", `/v1/connections/${link.id}`)).json.status;
      const question = await person.open(move.headers.location ?? "");
      expect(question.text).toContain(usernameOf(whole, broker));
      expect(await row()).toBe("new");
      const fields = { connection: question.field("connection"), secret: question.field("secret") };
      const stranger = await whole.person().send(question.action, { ...fields, answer: "yes" });
      expect([stranger.status, await row()]).toEqual([400, "new"]);
      expect(codeOf(await person.send(question.action, { ...fields, answer: "yes" }))).toBeDefined();
      expect(await row()).toBe("pending");

      const declined = await waiting(broker);
      expect(errorOf(await finish(declined.person, declined.callback, "no"))).toBe("account_declined");
    });
  });
});

describe.each([
  ["https", "https://kunji.example", "__Host-kunji_", true],
  ["http on loopback", "http://127.0.0.1:4700", "kunji_", false],
] as const)("the cookie on %s", (_, publicUrl, prefix, secure) => {
  it("is this host's alone, and kept from scripts and from other sites' forms", async () => {
    const whole = await wholeGateways[0][1]({ env: { KUNJI_PUBLIC_URL: publicUrl } });
    await whole.addApp("zebu");
    const { connect_url } = await askLink(whole, "zebu");
    const { host, pathname } = new URL(connect_url);
    const headers = { host, "sec-fetch-site": "same-origin" };
    const begun = await whole.gateway.server.inject({ method: "POST", url: pathname, headers });
    const cookies = [begun.headers["set-cookie"] ?? []].flat();
    // The login's own, and the link that it was begun by.
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) {
      const [pair = "", ...attributes] = cookie.split("; ");
      expect(pair.startsWith(prefix)).toBe(true);
      expect(attributes.sort()).toEqual(
        ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax", ...(secure ? ["Secure"] : [])].sort(),
      );
    }
    await whole.close();
  });
});
