import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addKey } from "../../src/flows/api-keys.js";
import { createConnection, reconnect } from "../../src/flows/connections.js";
import { actorOf } from "../../src/flows/operators/operator-session.js";
import { addWebhook } from "../../src/flows/webhooks.js";
import { connected } from "../connect/support/logins.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { returnUrl } from "../support/world.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

/** What a section says, without its markup. */
function said(page: string, id: string): string {
  const section = new RegExp(`<(section|div)[^>]* id="${id}"[\\s\\S]*?(?=\\n<(?:section|/main))`).exec(
    page,
  )?.[0];
  return (section ?? "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .replace(/ ([.,:])/g, "$1");
}

describe.each(databases)("the page of what goes on, on %s", (_, make) => {
  let world: ApiWorld;
  let chief: SignedInPerson;
  let other: SignedInPerson;
  let id: string;
  beforeAll(async () => {
    world = await newApiWorld(await make());
    await world.addTenant("house", ["zebu"]);
    await world.store.tenants.add("other", { name: "other", madeBy: "house", at: world.now() });
    chief = await signedIn(world, "house", "chief");
    other = await signedIn(world, "other", "meera");
    ({ id } = await connected(world, { tenant: "house", broker: "zebu" }, "<b>asha</b>"));
  }, 30_000);
  afterAll(() => world.close());

  it("tells in sentences what happened and who did what, whom by name, and escapes every name", async () => {
    const actor = actorOf(chief.operator);
    const { apiKey } = await addKey(world.ports, actor, { name: "web server", scopes: ["read"], calls: [] });
    await reconnect(world.ports, "house", { connection: id }, apiKey.id);
    const { webhook } = await addWebhook(
      world.ports,
      "house",
      { url: "https://hooks.example/a?b=c" },
      actor.id,
    );
    const { status, text } = await chief.open("/activity");
    expect(status).toBe(200);
    const happened = said(text, "events");
    expect(happened).toContain("&lt;b&gt;asha&lt;/b&gt; at Zebu MYNT was made. Nobody has logged in yet.");
    expect(happened).toContain("was logged in. The app’s server has not confirmed it yet.");
    expect(happened).toMatch(
      /is active with account ZP\d+ until \d+ \w+, \d\d:\d\d India\. Number \d+ connection\.active/,
    );
    const did = said(text, "audit");
    expect(did).toContain("chief made the API key web server.");
    expect(did).toContain(
      "The API key web server made a link to log in again for &lt;b&gt;asha&lt;/b&gt; at Zebu MYNT.",
    );
    expect(did).toContain("chief added the webhook hooks.example.");
    expect(did).toContain("A user’s browser finished a login of &lt;b&gt;asha&lt;/b&gt; at Zebu MYNT.");
    expect(text).toContain(`href="/connections/${id}"`);
    expect(text).toContain(`href="/webhooks/${webhook.id}"`);
    expect(text).not.toMatch(/<b>|whsec_|connect_url|\/connect\/|b=c/);
  });

  it("shows the numbers to the gateway's own operators, and of another tenant neither these nor anything that happened", async () => {
    world.counts.loginBegun("zebu");
    world.counts.loginFinished("zebu");
    world.counts.loginRefused("zebu", "login_denied");
    for (let i = 0; i < 1_200; i++) world.counts.proxied("zebu", 200, 20);
    world.counts.delivered("given_up");
    const { text } = await chief.open("/activity");
    expect(text).toMatch(
      /id="numbers"[\s\S]*Counted by this gateway, for every tenant, since it started: <time/,
    );
    const numbers = text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    expect(numbers).toContain("Answered 1,200 Failed 0 Refused 0 Half ≤ 25 ms 95 of 100 ≤ 25 ms");
    expect(numbers).toContain("Confirmed 1 Failed 1 Not finished 0");
    expect(numbers).toContain("1 at Zebu MYNT, login_denied : The login was broken off at Zebu MYNT, or");
    expect(numbers).toContain("Given up 1");
    const foreign = await other.open("/activity");
    expect(foreign.status).toBe(200);
    expect(foreign.text).not.toMatch(/id="numbers"|1,200|asha|Zebu|chief/);
    expect(foreign.text).toContain("Nothing has happened yet.");
    for (const path of ["/activity/events", "/activity/audit", "/activity/events?before=3"])
      expect((await other.open(path)).text).not.toMatch(/asha|Zebu|chief|con_/);
  });

  it("goes back through everything, page by page, each once", async () => {
    const wanted = { app: "zebu", user: "many", returnUrl };
    for (let i = 0; i < 60; i++) await createConnection(world.ports, "house", wanted);
    const newest = (await world.store.events.newest("house", { limit: 1 }))[0]?.sequence ?? 0;
    const seen: number[] = [];
    let path: string | undefined = "/activity/events";
    while (path) {
      const { text } = await chief.open(path);
      seen.push(...[...text.matchAll(/Number<\/span> (\d+)/g)].map(([, number]) => Number(number)));
      path = /<a href="(\/activity\/events\?before=\d+)">Older/.exec(text)?.[1];
    }
    expect(seen).toEqual(Array.from({ length: newest }, (_each, i) => newest - i));
    expect((await chief.open("/activity")).text).toContain('<a href="/activity/events">All events</a>');
    const first = await chief.open("/activity/audit?before=1");
    expect(first.text).toContain("There is none before it.");
    expect(first.text).toContain('<a href="/activity/audit">Newest</a>');
  });

  it.each(["0", "-1", "1e3", "x", "9".repeat(16), "1&before=2"])(
    "begins at the newest where the address says before %s",
    async (before) => {
      const { status, text } = await chief.open(`/activity/events?before=${before}`);
      expect(status).toBe(200);
      expect(text).toContain("Newest events");
    },
  );
});
