import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeConnection } from "../../src/flows/close-connection.js";
import { markUnsure } from "../../src/flows/mark-unsure.js";
import { needLogin } from "../../src/flows/need-login.js";
import { connectionsPage } from "../../src/http/pages/dashboard/connections.js";
import { connected, newConnection } from "../connect/support/logins.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { addRows } from "./support/connection-week.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

const hour = 3_600_000;
/** The connections that a page lists, by their ids, in its order. */
const idsIn = (page: string): string[] =>
  [...page.matchAll(/<tr><td><a href="\/connections\/([^"]+)"/g)].map(([, id = ""]) => id);
/** The tabs, as `word count`. */
const tabsIn = (page: string): string[] =>
  [...(/id="statuses"[\s\S]*?<\/nav>/.exec(page)?.[0] ?? "").matchAll(/<a [^>]*>(.*?)<\/a>/g)].map(
    ([, text = ""]) => text.replace(/<[^>]*>/g, ""),
  );
const linkIn = (page: string, text: string): string | undefined =>
  new RegExp(`<a href="([^"]+)"[^>]*>${text}`).exec(page)?.[1]?.replaceAll("&amp;", "&");

describe("the list of connections", () => {
  let world: ApiWorld;
  let asha: SignedInPerson;
  let of: Record<"zebu" | "nuvama" | "fallen" | "unsure" | "closed" | "fresh", string>;
  beforeAll(async () => {
    world = await newApiWorld(await databases[0][1]());
    await world.addTenant("acme", ["zebu", "nuvama"]);
    await world.addTenant("other", ["zebu"]);
    await world.addTenant("empty", ["zebu"]);
    asha = await signedIn(world, "acme");
    const at = (broker: "zebu" | "nuvama") => ({ tenant: "acme", broker });
    const [zebu, nuvama] = [
      await connected(world, at("zebu"), "<b>ravi</b>"),
      await connected(world, at("nuvama"), "meera"),
    ];
    const fallen = await connected(world, at("zebu"), "meena");
    await needLogin(world.ports, fallen, "broker_ended");
    const unsure = await connected(world, at("nuvama"), "sunil");
    await markUnsure(world.ports, unsure, "timed_out");
    const closed = await newConnection(world, at("zebu"), { user: "meghna" });
    await closeConnection(world.ports, "acme", closed.connection.id, null);
    const fresh = await newConnection(world, at("zebu"), { user: "u1" });
    await connected(world, { tenant: "other", broker: "zebu" }, "meera");
    of = {
      zebu: zebu.id,
      nuvama: nuvama.id,
      fallen: fallen.id,
      unsure: unsure.id,
      closed: closed.connection.id,
      fresh: fresh.connection.id,
    };
  }, 60_000);
  afterAll(() => world.close());

  const list = async (query = "", person = asha): Promise<string> => {
    const { status, text } = await person.open(`/connections${query}`);
    expect(status).toBe(200);
    return text;
  };
  const found = async (query: string) => idsIn(await list(query));

  it("says of each who it is, where it is, where it stands, when it ends and when it was used", async () => {
    const page = await list();
    const row = (id: string) =>
      page.split("<tr>").find((text) => text.includes(`"/connections/${id}"`)) ?? "";
    expect(row(of.nuvama)).toMatch(/Nuvama<br>.*nuvama.*>\d{8}<.*Active/s);
    // 11:30 in India: Nuvama's sessions last eight hours without a call.
    const ends = new Date(world.now() + 8 * hour).toISOString();
    expect(row(of.nuvama)).toContain(`<time data-ends datetime="${ends}">8 h 0 min</time>`);
    expect(row(of.nuvama)).toContain("19:30 today, India");
    expect(row(of.nuvama)).toContain("Just now");
    expect(row(of.zebu)).toContain("&lt;b&gt;ravi&lt;/b&gt;");
    expect(row(of.zebu)).toContain("Renewed by itself");
    expect(row(of.fallen)).toMatch(
      /Login needed.*ended the session before its time.*Log in again\..*No session/s,
    );
    expect(row(of.unsure)).toMatch(/Unsure.*did not answer in time\. There is nothing to do/s);
    expect(page).not.toContain("<b>ravi");
  });

  it("leaves the closed ones out unless they are asked for, and counts each status", async () => {
    const page = await list();
    const open = [of.zebu, of.nuvama, of.fallen, of.unsure, of.fresh].sort();
    expect(idsIn(page)).toEqual(open);
    expect(tabsIn(page)).toEqual([
      "All open 5",
      "Login needed 1",
      "Unsure 1",
      "Active 2",
      "New 1",
      "Closed 1",
    ]);
    expect(idsIn(await list(linkIn(page, "Closed")?.replace("/connections", "")))).toEqual([of.closed]);
  });

  it("narrows by status, broker and app, and takes what can't be meant for nothing", async () => {
    expect(await found("?status=login_needed")).toEqual([of.fallen]);
    expect(await found("?broker=nuvama")).toEqual([of.nuvama, of.unsure].sort());
    expect(await found("?broker=nuvama&status=active")).toEqual([of.nuvama]);
    expect(await found("?app=zebu&status=new")).toEqual([of.fresh]);
    expect(await found("?app=nuvama&broker=zebu")).toEqual([]);
    expect(await found("?app=&broker=&status=")).toHaveLength(5);
    expect(await found("?status=gone&broker=nobody&app=a&app=b")).toHaveLength(5);
    const narrowed = await list("?broker=nuvama&status=active");
    expect(narrowed).toContain('<option value="nuvama" selected>');
    expect(narrowed).toContain('<input type="hidden" name="status" value="active">');
    // What is counted are all of the tenant's: beside a filter the numbers would be wrong.
    expect(tabsIn(narrowed)).toContain("Login needed");
    expect(await list("?status=pending")).toContain("No connection has the status “Pending”.");
  });

  it("finds by id, and by the beginning of user or account, whatever the status", async () => {
    expect(await found(`?q=${of.closed}`)).toEqual([of.closed]);
    expect(await found("?q=me")).toEqual([of.nuvama, of.fallen, of.closed].sort());
    const { account } = (await world.store.connections.get("acme", of.nuvama)) ?? {};
    expect(await found(`?q=%20${account?.slice(0, 6)}%20`)).toEqual([of.nuvama, of.unsure].sort());
    expect(await list("?q=me")).toContain("3 found.");
    const nothing = await list(`?q=${encodeURIComponent('"><i>')}`);
    expect(nothing).toContain('value="&quot;&gt;&lt;i&gt;"');
    expect(nothing).toContain("Nothing has this id");
  });

  it("shows no other tenant's, whatever is asked for", async () => {
    const ravi = await signedIn(world, "other");
    const own = idsIn(await list("", ravi));
    expect(own).toHaveLength(1);
    expect(idsIn(await list("?q=meera", ravi))).toEqual(own);
    for (const id of [of.nuvama, of.zebu]) expect(idsIn(await list(`?q=${id}`, ravi))).toEqual([]);
    expect(tabsIn(await list("", ravi))).toEqual(["All open 1", "Active 1"]);
  });

  it("offers the way to a first connection where there is none, and lets its form lead to the brokers", async () => {
    const neha = await signedIn(world, "empty");
    const { text, headers } = await neha.open("/connections");
    expect(text).toContain("Nobody is connected yet");
    expect(text).toContain('action="/connections/connect"');
    expect(text).not.toContain('id="statuses"');
    expect(headers["content-security-policy"]).toMatch(
      new RegExp(`form-action 'self' [^;]*${world.sandboxUrl} https: http:;`),
    );
    const { headers: own } = await asha.open("/connections");
    expect(own["content-security-policy"]).toContain("form-action 'self';");
  });

  it("turns pages of fifty by what comes after, and goes back to the first", async () => {
    const many = await newApiWorld(await databases[0][1]());
    await many.addTenant("acme", ["zebu"]);
    const ids = Array.from({ length: 120 }, (_, i) => `con_${String(i).padStart(3, "0")}`);
    await addRows(many, "acme", "zebu", ids);
    const closed = ids.filter((_, i) => i % 3 === 0);
    for (const id of closed) await closeConnection(many.ports, "acme", id, null);
    const person = await signedIn(many, "acme");
    const seen: string[][] = [];
    let path: string | undefined = "/connections";
    for (let i = 0; path !== undefined && i < 5; i++) {
      const { text } = await person.open(path);
      seen.push(idsIn(text));
      expect(linkIn(text, "First page")).toBe(i === 0 ? undefined : "/connections");
      path = linkIn(text, "Next 50");
    }
    expect(seen.map(({ length }) => length)).toEqual([50, 30]);
    expect(seen.flat()).toEqual(ids.filter((id) => !closed.includes(id)));
    const search = (await person.open("/connections?q=user")).text;
    expect(idsIn(search)).toHaveLength(50);
    expect(search).toContain("The first 50, and there are more");
    expect((await person.open("/connections?after=zzz")).text).toContain("There is nothing further down.");
    await many.close();
  });

  it("stays light when it is full, and says of counts that nobody went on counting", async () => {
    const row = await world.store.connections.get("acme", of.fallen);
    if (!row) throw new Error("There is no such connection.");
    const items = Array.from({ length: 50 }, (_, i) => ({ ...row, id: `${row.id.slice(0, -2)}${i + 10}` }));
    const counts = { new: 1_000, pending: 0, active: 400, login_needed: 7, unsure: 0, closed: 999 };
    const offers = undefined;
    const shown = { apps: [], counts, mostCounted: 1_000, items, next: null, more: false, offers };
    const page = connectionsPage({
      wish: {},
      traits: world.ports.brokers.traits,
      now: world.now(),
      ...shown,
    });
    const text = String(await page.body);
    expect(tabsIn(text)).toEqual([
      "All open 1,000+",
      "Login needed 7",
      "Active 400",
      "New 1,000+",
      "Closed 999",
    ]);
    expect(idsIn(text)).toHaveLength(50);
    expect(text.length).toBeLessThan(30_000);
  });
});
