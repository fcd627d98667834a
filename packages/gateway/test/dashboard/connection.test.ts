import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeConnection } from "../../src/flows/close-connection.js";
import { createConnection, reconnect } from "../../src/flows/connections.js";
import { needLogin } from "../../src/flows/need-login.js";
import { actorOf } from "../../src/flows/operators/operator-session.js";
import { openSession } from "../../src/flows/seal-session.js";
import type { Connection } from "../../src/ports/connections.js";
import { connected } from "../connect/support/logins.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { returnUrl } from "../support/world.js";
import { connectedForDays } from "./support/connection-week.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

const words = (markup: string): string => markup.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
/** What stands in an element with an id, up to the next section. */
const part = (page: string, id: string): string =>
  new RegExp(`id="${id}"[\\s\\S]*?(?=<section|<div class="beside|</main>)`).exec(page)?.[0] ?? "";
const rowsIn = (page: string): string[] =>
  [...part(page, "sessions").matchAll(/<tr><td.*?<\/tr>/gs)].map(([row]) => words(row));
const bars = (page: string): string[] =>
  [...(/<svg class="week"[\s\S]*?<\/svg>/.exec(page)?.[0] ?? "").matchAll(/class="span (\w+)"/g)].map(
    ([, kind = ""]) => kind,
  );

describe.each(databases)("the page of a connection on %s", (_, make) => {
  let world: ApiWorld;
  let asha: SignedInPerson;
  let week: Connection;
  beforeAll(async () => {
    world = await newApiWorld(await make());
    await world.addTenant("acme", ["nuvama", "zebu", "ventura"]);
    await world.addTenant("other", ["zebu"]);
    week = await connectedForDays(world, { tenant: "acme", broker: "nuvama" }, "<i>meera</i>", 3);
    asha = await signedIn(world, "acme", "asha");
  }, 60_000);
  afterAll(() => world.close());

  const show = async (id: string, more = "", person = asha): Promise<string> => {
    const { status, text } = await person.open(`/connections/${id}${more}`);
    expect(status).toBe(200);
    return text;
  };

  it("says who, where, how it stands and all the facts, and escapes what a user chose", async () => {
    const page = await show(week.id);
    expect(page).toContain("<h1>&lt;i&gt;meera&lt;/i&gt;</h1>");
    expect(page).not.toContain("<i>meera");
    expect(words(part(page, "stands"))).toContain(`Nuvama, account ${week.account}`);
    expect(part(page, "stands")).toContain("Active");
    const facts = words(part(page, "facts"));
    // Three mornings at 11:30 in India.
    expect(facts).toContain("Ends 8 h 0 min 19:30 today, India");
    expect(facts).toContain("Began Just now 11:30 today, India");
    expect(facts).toMatch(/App nuvama .*Environment sandbox .*Generation 3 .*Calls leave by Directly/);
    expect(facts).toContain("Made 11:30 on Wed 18 Nov, India".replace("Wed 18", "Fri 20"));
    expect(page).toContain(`<code id="connection-id">${week.id}</code>`);
  });

  it("says what to do where somebody is needed, with the code beside", async () => {
    const fallen = await connected(world, { tenant: "acme", broker: "ventura" }, "ravi");
    await needLogin(world.ports, fallen, "broker_ended");
    const stands = words(part(await show(fallen.id), "stands"));
    expect(stands).toContain("Login needed");
    expect(stands).toMatch(/Ventura.* ended the session before its time.* Log in again\. broker_ended/);
    const wish = { app: "zebu", user: "neha", returnUrl, expectedAccount: "ZP0001" };
    const { connection: fresh } = await createConnection(world.ports, "acme", wish);
    const page = await show(fresh.id);
    expect(words(part(page, "stands"))).toContain("Nobody has logged in yet");
    expect(words(part(page, "facts"))).toMatch(
      /Ends No session .*Last call None yet.*Generation 0.*Expected account ZP0001/,
    );
    expect(page).toContain("No session in these days.");
    expect(bars(page)).toEqual([]);
  });

  it("draws each session of the last seven days, and tells the same in a table", async () => {
    const page = await show(week.id);
    expect(bars(page)).toEqual(["over", "over", "lives", "planned"]);
    expect(rowsIn(page)).toEqual([
      " 11:30 today, India – 0 s – Goes on ",
      " 11:30 yesterday, India 19:30 yesterday, India 8 h 0 min – Came to its end ",
      " 11:30 on Fri 20 Nov, India 19:30 on Fri 20 Nov, India 8 h 0 min – Came to its end ",
    ]);
  });

  it("tells the newest events and the audit in sentences, with the codes and who it was", async () => {
    const actor = actorOf(asha.operator);
    await reconnect(world.ports, "acme", { connection: week.id }, actor.id);
    const page = await show(week.id);
    expect(words(part(page, "events"))).toMatch(/This connection is active with account.*connection\.active/);
    expect(words(part(page, "audit"))).toMatch(
      /asha made a link to log in again for this connection.*connection\.reconnect/,
    );
    expect(words(part(page, "events"))).not.toContain("Older");
    for (let i = 0; i < 25; i++) await reconnect(world.ports, "acme", { connection: week.id }, actor.id);
    const audit = part(await show(week.id), "audit");
    expect(audit.match(/<li>/g)).toHaveLength(20);
    const older = new RegExp(`href="/connections/${week.id}(/audit\\?before=\\d+)"`).exec(audit)?.[1] ?? "";
    const rest = await show(week.id, older);
    const all = (
      await world.store.audit.newest("acme", { limit: 500, of: { kind: "connection", id: week.id } })
    ).length;
    expect(rest.match(/<li><p/g)).toHaveLength(all - 20);
    expect(words(rest)).toMatch(
      /20 Nov 2026, 11:30 India The gateway made this connection\. .*connection\.add/,
    );
    expect(rest).toContain(">Newest</a>");
    expect(await show(week.id, "/audit")).not.toContain(">Newest</a>");
    expect(await show(week.id, "/events")).toContain("connection.created");
    expect(await show(week.id, "/events?before=1")).toContain("There is nothing older.");
  });

  it("answers another tenant's like one that there is not, on every path", async () => {
    const ravi = await signedIn(world, "other");
    for (const path of ["", "/events", "/audit"]) {
      const bare = async (id: string, person: SignedInPerson) => {
        const { status, text } = await person.open(`/connections/${id}${path}`);
        return [status, text.replace(/req_\w+/, "")];
      };
      const [none, foreign] = [await bare("con_nobody", ravi), await bare(week.id, ravi)];
      expect(none[0]).toBe(404);
      expect(foreign).toEqual(none);
      expect((await bare("%00", asha))[0]).toBe(404);
      expect((await bare(week.id, asha))[0]).toBe(200);
    }
  });

  it("shows no secret of the session or the app, not even sealed", async () => {
    const page = await show(week.id);
    const row = await world.store.connections.get("acme", week.id);
    const session = row && openSession(world.ports, row);
    const secrets = Object.values(session?.secrets ?? {}).map((secret) => secret.reveal());
    expect(secrets.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(page).not.toContain(secret);
    expect(page).not.toContain(
      Buffer.from(row?.sealedSession ?? "x")
        .toString("base64")
        .slice(0, 20),
    );
  });

  it("says of a closed one that it is closed for good, and keeps its history", async () => {
    const { id } = await connected(world, { tenant: "acme", broker: "zebu" }, "sunil");
    await closeConnection(world.ports, "acme", id, null);
    const page = await show(id);
    expect(words(part(page, "stands"))).toContain("Closed for good");
    expect(bars(page)).toEqual(["closed"]);
    expect(words(part(page, "events"))).toContain("was closed for good");
  });
});
