import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordEvent } from "../../src/flows/record-event.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { addConnection, endSession } from "./support/sessions.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

const india = (text: string): number => Date.parse(`${text}+05:30`);
const hour = 3_600_000;
const halfPast = india("2026-11-21T00:30:00");
const overMonday = india("2026-11-23T12:00:00");

/** The clocks start on Friday, 20 November 2026, 11:30 in India. */
describe("the overview", () => {
  let world: ApiWorld;
  let person: SignedInPerson;

  beforeEach(async () => {
    world = await newApiWorld(await databases[0][1]());
    await world.addTenant("acme");
    person = await signedIn(world, "acme", "asha");
  });
  afterEach(() => world.close());

  const text = async () => (await person.open("/")).text;
  const state = async () => /<h2 class="state"[^>]*>([^<]*)</.exec(await text())?.[1];
  const add = (id: string, endsAt: number | null, more: Partial<Parameters<typeof addConnection>[2]> = {}) =>
    addConnection(world, "acme", { id, broker: "nuvama", session: { endsAt }, ...more });
  const failLogin = (connection: string, reason: string) =>
    world.store.transaction((parts) =>
      recordEvent(parts, world.ports, "acme", {
        type: "connection.login_failed",
        connection,
        data: { reason },
      }),
    );

  it("says in one sentence what this is while nothing is connected, and offers every broker", async () => {
    const { text: page, status, headers } = await person.open("/");
    expect(status).toBe(200);
    expect(page).toContain("<h1>Connect the first account</h1>");
    expect(page).toContain("says in time who must log in again.");
    for (const { name } of Object.values(world.ports.brokers.traits)) expect(page).toContain(name);
    expect(page.match(/name="app" value=/g)).toHaveLength(5);
    expect(headers["content-security-policy"]).toContain(` ${world.sandboxUrl} https: http:;`);
    await add("nu", halfPast);
    await world.store.connections.close("acme", "nu", world.now());
    expect(await text()).toContain("Connect the first account");
  });

  it("says that all is well, and until when", async () => {
    await add("nu", halfPast);
    await add("ve", overMonday, { broker: "ventura" });
    expect(await state()).toBe("Everybody is in until 00:30 tomorrow, India.");
    expect(await text()).toContain("1 will be out before its market opens next.");
    expect(await text()).not.toContain("What needs somebody now");
    await world.store.connections.close("acme", "nu", world.now());
    expect(await state()).toBe("Everybody is in until 12:00 on Mon 23 Nov, India.");
    expect(await text()).toContain("Whoever is in stays in until their market has opened next.");
  });

  it("has the numbers of its picture as a table too", async () => {
    await add("nu", halfPast);
    const page = await text();
    expect(page).toMatch(/<svg[^>]*aria-label="[^"]*The table has the same\."/);
    const [table = ""] = /<table class="stacked of-day">.*?<\/table>/s.exec(page) ?? [];
    expect(table).toMatch(/<td>[^<]*<\/td><td>Nuvama.*00:30 India<\/td>/s);
  });

  it("counts on renewals, and says nothing of an end that nobody knows", async () => {
    const renewed = { endsAt: world.now() + hour, carriedUntil: 8_640_000_000_000_000 };
    await addConnection(world, "acme", { id: "ze", broker: "zebu", session: renewed });
    expect(await state()).toBe("Everybody is in.");
    const capped = { endsAt: world.now() + hour, carriedUntil: overMonday };
    await addConnection(world, "acme", { id: "capped", broker: "zebu", session: capped });
    expect(await state()).toBe("Everybody is in until 12:00 on Mon 23 Nov, India.");
  });

  it("tells an American session's end on New York's clock", async () => {
    await add("us", Date.parse("2026-11-20T20:00:00-05:00"), { broker: "autoshares" });
    expect(await state()).toBe("Everybody is in until 20:00 today, New York.");
  });

  it("puts those who are out first, one's own with a button and others with a link to send", async () => {
    const returnUrl = `${world.ports.publicUrl}/connected`;
    await add("nu", overMonday);
    await add("out", halfPast, { broker: "zebu" });
    await add("own", halfPast, { user: "asha", returnUrl });
    expect(await state()).toBe("Everybody is in until 00:30 tomorrow, India.");
    await endSession(world, "acme", "out");
    expect(await state()).toBe("1 connection is out.");
    await endSession(world, "acme", "own");
    expect(await state()).toBe("2 connections are out.");
    const page = await text();
    const attention = page.slice(page.indexOf("What needs somebody now"), page.indexOf("The day"));
    expect(attention).toContain("The session has come to its end. Log in again.");
    expect(attention).toContain('<form class="send" method="post" action="/connections/own/log-in">');
    expect(attention).toMatch(/id="link-out-\d">http:\/\/127\.0\.0\.1:4700\/connect\/\S+<\/code>/);
    expect(attention).not.toContain("user of nu");
    await world.store.connections.close("acme", "nu", world.now());
    expect(await state()).toBe("Everybody is out.");
  });

  it("shows the first five who are out, and the way to the rest", async () => {
    for (let i = 0; i < 5; i++) {
      await add(`c${i}`, halfPast);
      await endSession(world, "acme", `c${i}`);
    }
    expect(await text()).not.toContain("Everybody who must log in");
    await add("c5", halfPast);
    await endSession(world, "acme", "c5");
    const page = await text();
    expect(page).toContain('<a href="/readiness">Everybody who must log in</a>');
    expect(page.match(/id="link-out-/g)).toHaveLength(5);
  });

  it("shows who is unsure, with nothing to press", async () => {
    await add("un", halfPast, { broker: "zebu" });
    const change = { status: "unsure", reason: "network_failed", at: world.now() } as const;
    await world.store.connections.change("acme", "un", { generation: 1 }, change);
    expect(await state()).toBe("1 connection is unsure, and nobody is surely out.");
    const page = await text();
    expect(page).toContain("There is nothing to do: the gateway asks Zebu MYNT again by itself.");
    expect(page).not.toContain('id="link-');
  });

  it("shows webhooks that are paused, and none that are ended or at work", async () => {
    await add("nu", halfPast);
    const hook = (id: string) =>
      world.store.webhooks.add("acme", {
        id,
        url: `https://${id}.example/hook`,
        sealedSecret: new Uint8Array([1]),
        createdAt: world.now(),
      });
    for (const id of ["works", "paused", "ended"]) await hook(id);
    for (const id of ["paused", "ended"]) await world.store.webhooks.pause("acme", id, 0, world.now());
    await world.store.webhooks.end("acme", "ended", world.now());
    const page = await text();
    expect(page).toContain("The webhook to paused.example/hook is paused");
    expect(page).toContain('href="/webhooks/paused"');
    for (const id of ["works", "ended"]) expect(page).not.toContain(`${id}.example`);
  });

  it("shows an app that lets nobody in by its own fault, until somebody gets in", async () => {
    await add("nu", halfPast);
    await failLogin("nu", "login_denied");
    expect(await text()).not.toContain("lets nobody in");
    await failLogin("nu", "keys_refused");
    const page = await text();
    expect(page).toContain("The app nuvama lets nobody in");
    expect(page).toContain("does not accept the app’s own keys");
    expect(page).toContain('href="/apps/nuvama"');
    await world.store.transaction((parts) =>
      recordEvent(parts, world.ports, "acme", {
        type: "connection.active",
        connection: "nu",
        data: { account: "A" },
      }),
    );
    expect(await text()).not.toContain("lets nobody in");
  });

  it("tells the last ten events as sentences, and counts by status with the way to each list", async () => {
    await add("nu", halfPast);
    await add("new", null, { session: undefined });
    for (let i = 0; i < 12; i++) await failLogin("nu", "login_denied");
    const page = await text();
    expect(page.match(/was not logged in\./g)).toHaveLength(10);
    expect(page).toContain('href="/connections?status=active"><strong>1</strong> Active');
    expect(page).toContain('href="/connections?status=new"><strong>1</strong> New');
    expect(page).not.toContain("status=closed");
  });

  it("names those apart who wait for a first login, and goes on where one's own was begun", async () => {
    const returnUrl = `${world.ports.publicUrl}/connected`;
    await add("nu", halfPast);
    expect(await text()).not.toContain("waiting for a first login");
    await add("begun", null, { session: undefined, broker: "zebu", user: "asha", returnUrl });
    await add("new", null, { session: undefined });
    const page = await text();
    expect(await state()).toBe("Everybody is in until 00:30 tomorrow, India.");
    expect(page).toContain('<a href="/connections?status=new">2 waiting for a first login</a>');
    expect(page).toMatch(/name="app" value="zebu">Go on</);
    expect(page).toMatch(/name="app" value="nuvama">Connect</);
    await add("fallen", halfPast, { broker: "rmoney", user: "asha", returnUrl });
    await endSession(world, "acme", "fallen");
    expect(await text()).toMatch(/name="app" value="rmoney">Log in again</);
  });

  it("escapes what users and brokers are called", async () => {
    await add("nu", halfPast, { user: "<script>alert(1)</script>" });
    await endSession(world, "acme", "nu");
    const page = await text();
    expect(page).not.toContain("<script>alert");
    expect(page).toContain("&lt;script&gt;alert(1)");
  });

  it("asks who has no session to sign in, and shows another tenant its own alone", async () => {
    await add("nu", halfPast);
    expect((await world.call("GET", "/", { headers: { accept: "text/html" } })).status).toBe(303);
    await world.addTenant("other");
    const stranger = await signedIn(world, "other", "zoe");
    expect((await stranger.open("/")).text).toContain("Connect the first account");
  });
});
