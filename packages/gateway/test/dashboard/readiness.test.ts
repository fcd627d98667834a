import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConnectLink } from "../../src/flows/connect-link.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { addConnection, endSession } from "./support/sessions.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

const india = (text: string): number => Date.parse(`${text}+05:30`);
const hour = 3_600_000;
const halfPast = india("2026-11-21T00:30:00");

/** The clocks start on Friday, 20 November 2026, 11:30 in India. */
describe("the readiness page", () => {
  let world: ApiWorld;
  let person: SignedInPerson;

  beforeEach(async () => {
    world = await newApiWorld(await databases[0][1]());
    await world.addTenant("acme");
    person = await signedIn(world, "acme", "asha");
  });
  afterEach(() => world.close());

  /** The connections that a page has a link to send for, each with it. */
  const links = (text: string) =>
    [...text.matchAll(/<li>[\s\S]*?<\/li>/g)].flatMap(([row]) => {
      const [, id] = /href="\/connections\/([^"]+)"/.exec(row) ?? [];
      const [, url] = /<code id="link-\d+">([^<]+)</.exec(row) ?? [];
      return id !== undefined && url !== undefined ? [[row, id, url] as const] : [];
    });
  const listed = (text: string) => links(text).map(([, id]) => id);

  it("says where to begin while nothing is connected, and shows the markets' day", async () => {
    const { status, text } = await person.open("/readiness");
    expect(status).toBe(200);
    expect(text).toContain('Nothing is connected yet. <a href="/">Connect the first account</a>');
    expect(text).toContain(
      "is open until 15:30 today, India, and opens again at 09:15 on Mon 23 Nov, India.",
    );
    expect(text).toContain("It opens at 09:30 today, New York");
    expect(text).not.toContain("readiness.csv");
  });

  it("names who misses which open and why, and lets everybody else be", async () => {
    await addConnection(world, "acme", { id: "nu", broker: "nuvama", session: { endsAt: halfPast } });
    await addConnection(world, "acme", {
      id: "us",
      broker: "autoshares",
      session: { endsAt: world.now() + 20 * hour },
    });
    await addConnection(world, "acme", { id: "out", broker: "zebu", session: { endsAt: halfPast } });
    await endSession(world, "acme", "out");
    const { text } = await person.open("/readiness");
    expect(listed(text)).toEqual(["out", "nu"]);
    expect(text).toContain("Misses the open of NSE. Its session ends at 00:30 tomorrow, India.");
    expect(text).toContain("Misses the open of NSE. The session has come to its end. Log in again.");
    expect(text).toContain("NSE opens at 09:15 on Mon 23 Nov, India.");
    await world.store.connections.close("acme", "nu", world.now());
    await world.store.connections.close("acme", "out", world.now());
    expect((await person.open("/readiness")).text).toContain(
      "Nobody. Everybody who is connected has a session when their market opens.",
    );
  });

  it("gives each a link that logs that connection in, the same within the hour", async () => {
    await addConnection(world, "acme", { id: "nu", broker: "nuvama", session: { endsAt: halfPast } });
    const first = links((await person.open("/readiness")).text)[0]?.[2] ?? "";
    const token = first.slice(first.lastIndexOf("/") + 1);
    expect((await readConnectLink(world.ports, token)).connection.id).toBe("nu");
    world.advance(20 * 60_000);
    expect(links((await person.open("/readiness")).text)[0]?.[2]).toBe(first);
    world.advance(hour);
    expect(links((await person.open("/readiness")).text)[0]?.[2]).not.toBe(first);
    world.advance(21.5 * hour);
    expect((await readConnectLink(world.ports, token)).connection.id).toBe("nu");
  });

  it("lets operators log their own connections in by a button, and those alone", async () => {
    const back = `${world.ports.publicUrl}/connected`;
    const session = { endsAt: halfPast };
    await addConnection(world, "acme", {
      id: "own",
      broker: "nuvama",
      user: "asha",
      returnUrl: back,
      session,
    });
    await addConnection(world, "acme", { id: "namesake", broker: "nuvama", user: "asha", session });
    await endSession(world, "acme", "own");
    const { text, headers } = await person.open("/readiness");
    expect(text).toContain('action="/connections/own/log-in"');
    expect(text).not.toContain('action="/connections/namesake/log-in"');
    expect(listed(text)).toEqual(["namesake"]);
    expect(headers["content-security-policy"]).toContain(` ${world.sandboxUrl} https: http:;`);
  });

  it("says when to log in where a login now would end before the open, whatever one does", async () => {
    const returnUrl = `${world.ports.publicUrl}/connected`;
    const own = { broker: "rmoney", user: "asha", returnUrl } as const;
    const cut = india("2026-11-21T07:00:00");
    await addConnection(world, "acme", { id: "own", ...own, session: { endsAt: cut } });
    const between = "Log in between 07:00 and 09:15 on Mon 23 Nov, India";
    const button = 'action="/connections/own/log-in"';
    for (const path of ["/readiness", "/"]) {
      const { text } = await person.open(path);
      expect(text).toContain(between);
      expect(text).not.toContain(button);
    }
    const page = (await person.open("/connections/own")).text;
    expect(page).toContain(`A login now would end before the next open. ${between}.`);
    // In the morning before the open the daily end has passed.
    world.advance(india("2026-11-23T07:00:00") - world.now());
    const morning = await signedIn(world, "acme", "asha");
    const { text } = await morning.open("/readiness");
    expect(text).not.toContain("Log in between");
    expect(text).toContain(button);
    expect((await morning.open("/connections/own")).text).not.toContain("Log in between");
  });

  it("asks nobody to log in again who has never logged in", async () => {
    const returnUrl = `${world.ports.publicUrl}/connected`;
    await addConnection(world, "acme", { id: "own", broker: "zebu", user: "asha", returnUrl });
    const { text } = await person.open("/readiness");
    expect(text).toMatch(/action="\/connections\/own\/log-in"><button[^>]*>Log in</);
    await addConnection(world, "acme", { id: "own2", broker: "zebu", user: "asha", returnUrl, session: {} });
    await endSession(world, "acme", "own2");
    expect((await person.open("/readiness")).text).toMatch(
      /action="\/connections\/own2\/log-in"><button[^>]*>Log in again</,
    );
  });

  it("turns pages of twenty-five, with everybody once, and has them all in one file", async () => {
    for (let i = 10; i < 40; i++)
      await addConnection(world, "acme", {
        id: `c${i}`,
        broker: "nuvama",
        session: { endsAt: halfPast + i },
      });
    const first = (await person.open("/readiness")).text;
    expect(listed(first)).toHaveLength(25);
    const [, next = ""] = /<a href="([^"]+)" rel="next">/.exec(first) ?? [];
    const second = (await person.open(next.replaceAll("&amp;", "&"))).text;
    expect(listed(second)).toHaveLength(5);
    expect(new Set([...listed(first), ...listed(second)]).size).toBe(30);
    expect(second).toContain('<a href="/readiness">Back to the first</a>');
    expect(second).not.toContain('rel="next"');
    const { text, headers } = await person.open("/readiness.csv");
    expect(headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(headers["content-disposition"]).toContain("attachment");
    expect(headers["cache-control"]).toBe("no-store");
    const lines = text.split("\r\n");
    expect(lines[0]).toBe("user,broker,account,connect_url");
    expect(lines).toHaveLength(32);
    expect(lines[1]).toMatch(/^user of c10,nuvama,account of c10,http:\/\/127\.0\.0\.1:4700\/connect\/\S+$/);
  });

  it("weighs under 50 kB with all that it loads, as full as it can be", async () => {
    for (let i = 10; i < 36; i++)
      await addConnection(world, "acme", {
        id: `con_${"x".repeat(41)}${i}`,
        broker: "nuvama",
        user: `user.${i}@example.com`,
        session: i < 34 ? { endsAt: halfPast, account: `801262${i}` } : undefined,
      });
    const { text } = await person.open("/readiness");
    expect(text.match(/class="run lives"/g)).toHaveLength(25);
    expect(links(text)).toHaveLength(25);
    const packed = { "accept-encoding": "gzip" };
    const others = await Promise.all(
      ["/style.css", "/dashboard.js"].map((path) => person.open(path, packed)),
    );
    const sizes = others.map(({ headers }) => Number(headers["content-length"]));
    expect(sizes.every((size) => size > 1_000)).toBe(true);
    expect(Buffer.byteLength(text) + sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(50_000);
  });

  it("writes names into the file so that no spreadsheet takes them for formulas or for more cells", async () => {
    await addConnection(world, "acme", { id: "a", broker: "zebu", user: '=HYPERLINK("x")' });
    await addConnection(world, "acme", { id: "b", broker: "zebu", user: "a,b" });
    await addConnection(world, "acme", { id: "c", broker: "zebu", user: "plain" });
    const lines = (await person.open("/readiness.csv")).text.split("\r\n");
    expect(lines.slice(1, 4).map((line) => line.slice(0, line.indexOf(",zebu,")))).toEqual([
      `"'=HYPERLINK(""x"")"`,
      '"a,b"',
      "plain",
    ]);
  });

  it("looks at a moment on either clock, and says what is wrong with one that it can't look at", async () => {
    await addConnection(world, "acme", { id: "nu", broker: "nuvama", session: { endsAt: halfPast } });
    const at = async (text: string, clock: string) =>
      person.open(`/readiness?${new URLSearchParams({ at: text, clock })}`);
    const before = await at("2026-11-21T00:29", "IN");
    expect(before.text).toContain("Who will be out at 00:29 tomorrow, India");
    expect(listed(before.text)).toEqual([]);
    expect(before.text).toContain("Nobody. Everybody who is connected has a session then.");
    const after = await at("2026-11-21T00:30", "IN");
    expect(listed(after.text)).toEqual(["nu"]);
    expect(after.text).toContain('value="2026-11-21T00:30"');
    expect(after.text).toContain('href="/readiness.csv?at=2026-11-21T00%3A30&amp;clock=IN"');
    // The same moment in New York is in the afternoon before.
    expect(listed((await at("2026-11-20T13:59", "US")).text)).toEqual([]);
    expect(listed((await at("2026-11-20T14:00", "US")).text)).toEqual(["nu"]);
    expect(
      (await person.open("/readiness.csv?at=2026-11-21T00:29&clock=IN")).text.split("\r\n"),
    ).toHaveLength(2);
    for (const [text, said] of [
      ["2026-11-20T11:30", "That moment has passed"],
      ["2026-02-30T09:15", "Choose a day and a time"],
      ["tomorrow", "Choose a day and a time"],
      ['"><script>', "Choose a day and a time"],
    ] as const) {
      const refused = await at(text, "IN");
      expect([text, refused.status]).toEqual([text, 422]);
      expect(refused.text).toContain(said);
      expect(refused.text).not.toContain("<script>");
    }
    expect((await at("2026-11-20T11:31", "IN")).status).toBe(200);
  });

  it("shows a tenant nothing of another's", async () => {
    await world.addTenant("other");
    const stranger = await signedIn(world, "other", "zoe");
    await addConnection(world, "acme", { id: "nu", broker: "nuvama", session: { endsAt: halfPast } });
    for (const path of ["/readiness", "/", "/readiness.csv"]) {
      expect((await stranger.open(path)).text).not.toContain("user of nu");
      expect((await person.open(path)).text).toContain("user of nu");
    }
  });
});
