import { describe, expect, it } from "vitest";
import type { PresetUser, SandboxBroker } from "../../src/broker.js";
import { brokers } from "../../src/brokers/index.js";
import { fingerprint } from "../../src/index.js";
import { meaningOf } from "../../src/panel/meaning.js";
import type { LedgerEntry } from "../../src/store/ledger-rows.js";
import { brokerIds, openSession } from "../support/open-session.js";
import { type Rig, rig, start } from "../support/rig.js";

const panel = "/_sandbox/panel";
const page = async ({ send }: Rig, path: string): Promise<string> => (await send("GET", path)).text();
const hostile = `"><img src=x onerror=alert(1)>'&<script>`;

let put = 0;
/** A session as if somebody had logged in, without the work of it. */
function putZebuSession({ sandbox }: Rig, username: string): void {
  sandbox.world.putSession({
    id: `session-${put++}`,
    broker: "zebu",
    kind: "user",
    appId: "zebu-gateway",
    username,
    createdAt: start,
    usedAt: start,
    tokens: {},
    data: { accessEnds: start + 3_600_000, refreshEnds: start + 86_400_000 },
  });
}

/** A page that nothing hostile has broken out of. */
function expectWhole(text: string): void {
  expect(text).not.toMatch(/<img|onerror=alert\(1\)>|<script>/);
  expect(text.match(/<script\b/g)).toHaveLength(1);
}

describe("what comes from outside", () => {
  it("stays text where a broker's users have hostile names", async () => {
    const [zebu] = brokers.filter(({ id }) => id === "zebu") as [SandboxBroker];
    const [first, ...others] = zebu.presets.users;
    const evil: PresetUser = {
      ...first,
      username: hostile,
      name: hostile,
      password: hostile,
      about: hostile,
    };
    const made = await rig({
      brokers: [{ ...zebu, presets: { ...zebu.presets, users: [evil, ...others] } }],
    });
    await made.zebuToken(hostile);
    const escaped = "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;&lt;script&gt;";
    for (const path of [`${panel}/users`, `${panel}/sessions`]) {
      const text = await page(made, path);
      expect(text).toContain(escaped);
      expectWhole(text);
    }
    const login = await page(made, "/zebu/OAuthlogin/authorize/oauth?client_id=ABC");
    expect(login).toContain(escaped);
    expect(login).not.toMatch(/<img|<script/);
  });

  it("stays text in the ledger: values, names of fields, paths, the name of an app", async () => {
    const made = await rig();
    await made.send("POST", "/zebu/portal/apps", { name: hostile, redirect_url: "http://127.0.0.1/x" });
    await made.send("POST", "/zebu/NorenWClientAPI/GetQuotes", { uid: hostile, exch: hostile });
    await made.send("POST", "/zebu/NorenWClientAPI/GetQuotes", { [hostile]: 1 });
    await made.send("POST", `/zebu/${encodeURIComponent(hostile)}`, hostile, { "user-agent": "<script>" });
    await made.send("GET", `/zebu/OAuthlogin/authorize/oauth?client_id=${encodeURIComponent(hostile)}`);
    const list = await page(made, `${panel}/ledger`);
    const ids = [...list.matchAll(/panel\/ledger\/(\d+)"/g)].map(([, id]) => id);
    expect(ids).toHaveLength(5);
    expectWhole(list);
    for (const id of ids)
      for (const more of ["", "?fingerprints=shown"])
        expectWhole(await page(made, `${panel}/ledger/${id}${more}`));
    expect(await page(made, `${panel}/ledger/2`)).toContain("onerror=alert(1)&gt;");
    expectWhole(await page(made, `${panel}/ledger?broker=${encodeURIComponent(hostile)}&before=<script>`));
  });
});

describe("the ledger's pages", () => {
  it("show calls as a sequence, the newest first, 50 a page, by broker", async () => {
    const made = await rig();
    for (let count = 0; count < 60; count++) await made.send("POST", "/zebu/NorenWClientAPI/GetQuotes", {});
    await openSession(made, "ventura");
    const ids = (text: string) => [...text.matchAll(/panel\/ledger\/(\d+)"/g)].map(([, id]) => Number(id));
    const first = await page(made, `${panel}/ledger`);
    expect(ids(first)).toEqual(Array.from({ length: 50 }, (_, index) => 61 - index));
    expect(first).toMatch(/<b>Token exchange<\/b> <code>POST \/login\/v1\/authorization\/token<\/code>/);
    const older = /href="([^"]*before=[^"]*)">Older/.exec(first)?.[1]?.replace("&amp;", "&") ?? "";
    const second = await page(made, older);
    expect(ids(second)).toEqual(Array.from({ length: 11 }, (_, index) => 11 - index));
    expect(second).not.toContain(">Older</a>");
    expect(ids(await page(made, `${panel}/ledger?broker=ventura`))).toEqual([61]);
    const zebu = await page(made, `${panel}/ledger?broker=zebu`);
    expect(zebu).toContain("broker=zebu&amp;before=11");
    expect(zebu).toContain("stat Not_Ok");
  });

  it("open one call with its secrets masked, and their fingerprints where asked", async () => {
    const made = await rig();
    const token = await made.zebuToken();
    await made.quote(token);
    const print = fingerprint(token);
    const masked = await page(made, `${panel}/ledger/2`);
    expect(masked).toContain(`Bearer ••••${print.slice(-4)}`);
    expect(masked).not.toContain("sha256:");
    expect(masked).toContain("&quot;uid&quot;: &quot;ZP0001&quot;");
    const shown = await page(made, `${panel}/ledger/2?fingerprints=shown`);
    expect(shown).toContain(`Bearer ${print}`);
    expect(masked + shown).not.toContain(token);
    expect((await made.send("GET", `${panel}/ledger/3`)).status).toBe(404);
    expect((await made.send("GET", `${panel}/ledger/2e0`)).status).toBe(404);
  });

  it("name every call of every broker", () => {
    const entry = (broker: SandboxBroker, method: string, route: string | null, more: object = {}) =>
      ({
        broker: broker.id,
        method,
        route,
        path: route ?? "/x",
        status: 200,
        body: null,
        ...more,
      }) as LedgerEntry;
    for (const broker of brokers) {
      for (const { method, path, does } of broker.routes) {
        expect(does, `${broker.id} ${path}`).toMatch(/^[A-Z]/);
        expect(meaningOf(brokers, entry(broker, method, path))).toEqual({ from: "App", does });
      }
      const said = (method: string, body: unknown) =>
        broker.login && meaningOf(brokers, entry(broker, method, broker.login.path, { body })).does;
      if (broker.login === null) continue;
      expect([said("GET", null), said("POST", { username: "x" }), said("POST", { pending: "x" })]).toEqual([
        "Login page",
        "Login form sent",
        "Consent answered",
      ]);
    }
    const [broker] = brokers as [SandboxBroker];
    const unknown = (status: number) => meaningOf(brokers, entry(broker, "GET", null, { status })).does;
    expect([unknown(404), unknown(405)]).toEqual([
      "A call that it does not have",
      "A method that it does not take",
    ]);
  });
});

describe("the overview and the sessions' page", () => {
  it("say what falls next, and after it who fell and why", async () => {
    const made = await rig();
    await openSession(made, "nuvama");
    await made.post("/_sandbox/clock", { now: "2026-11-22T00:29:59+05:30", frozen: true });
    const before = await page(made, "/_sandbox/");
    expect(before).toMatch(/<b>1 of 2<\/b> ends <time[^>]*>in 1 s<\/time>/);
    expect(before).toContain("the daily end at 00:30 India time");
    await made.post("/_sandbox/clock", { advance: "1s" });
    const after = await page(made, `${panel}/sessions?broker=nuvama`);
    expect(after).toContain('<strong>80126245</strong> <span class="tag ">over</span>');
    expect(after).toContain('<strong>The vendor</strong> <span class="tag good">live</span>');
    expect(await page(made, "/_sandbox/")).toMatch(/<b>1 of 1<\/b> ends <time[^>]*>in 17 h 30 min<\/time>/);
  });

  it("show a thousand sessions and more as a few, and how many there are", async () => {
    const made = await rig();
    for (let count = 0; count < 60; count++) putZebuSession(made, `user ${count}`);
    const all = await page(made, `${panel}/sessions`);
    expect(all.match(/name="end" /g)).toHaveLength(8);
    expect(all).toContain("52 more.");
    expect((await page(made, `${panel}/sessions?broker=zebu`)).match(/name="end" /g)).toHaveLength(40);
    expect(await page(made, "/_sandbox/")).toContain(">60 live</a>");
  });
});

it("changes its mark with whatever the panel shows, and with nothing else", async () => {
  const made = await rig();
  const mark = async () => (await made.get(`${panel}/state`)).body.mark;
  let last = await mark();
  expect(await mark()).toBe(last);
  for (const change of [
    () => made.post("/_sandbox/clock", { advance: "1m" }),
    () => made.post("/_sandbox/faults", { broker: "zebu", fault: "slow" }),
    () => made.send("GET", "/zebu/portal"),
    () => made.post("/_sandbox/reset"),
    () => made.zebuToken(),
    () => made.post("/_sandbox/zebu/sessions/end"),
  ]) {
    await change();
    const next = await mark();
    expect(next).not.toBe(last);
    last = next;
  }
});

describe("every page with what it loads", () => {
  it("stays below 50 kB, however much there is and however long its names are", async () => {
    const made = await rig();
    const unused = { broker: "rmoney", path: "/open-api/od/v1/positions", fault: "missing-field" };
    const long = "a".repeat(30).concat("/b".repeat(100));
    for (let count = 0; count < 26; count++) {
      await made.send("POST", `/zebu/${long}`, { uid: "x".repeat(2_000) });
      await made.send("POST", "/zebu/NorenWClientAPI/GetQuotes", { uid: "y".repeat(2_000), exch: "NSE" });
    }
    for (let count = 0; count < 45; count++) {
      putZebuSession(made, "u".repeat(40));
      await made.post("/_sandbox/faults", { ...unused, field: "f".repeat(40) });
    }
    for (const id of brokerIds) await openSession(made, id);
    const size = async (path: string) => (await (await made.send("GET", path)).arrayBuffer()).byteLength;
    const loaded = (await size("/_sandbox/style.css")) + (await size("/_sandbox/panel.js"));
    const newest = (await made.ledger("?last=30"))[0]!.id;
    const paths = [
      "",
      "/sessions",
      "/sessions?broker=zebu",
      "/faults",
      "/users",
      "/ledger",
      `/ledger/${newest}`,
    ];
    const pages = paths.map((path) => (path === "" ? "/_sandbox/" : panel + path));
    for (const path of [...pages, "/zebu/portal", "/zebu/OAuthlogin/authorize/oauth?client_id=ABC"])
      expect((await size(path)) + loaded, path).toBeLessThan(50_000);
  });

  it("comes packed to who can unpack it, and as it is to who can't", async () => {
    const made = await rig();
    for (const path of ["/_sandbox/style.css", "/_sandbox/panel.js", "/_sandbox/", `${panel}/faults`]) {
      const sent = (accepted: string) => made.send("GET", path, undefined, { "accept-encoding": accepted });
      const [packed, plain] = [await sent("gzip, br"), await sent("identity")];
      expect(packed.headers.get("content-encoding"), path).toBe("gzip");
      expect(plain.headers.get("content-encoding"), path).toBeNull();
      expect(await packed.text(), path).toBe(await plain.text());
    }
  });
});
