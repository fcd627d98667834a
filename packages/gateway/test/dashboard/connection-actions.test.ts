import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConnectLink } from "../../src/flows/connect-link.js";
import { connectionActions } from "../../src/http/pages/dashboard/connection-actions.js";
import { connected, newConnection } from "../connect/support/logins.js";
import { type ApiWorld, newApiWorld, withTenant } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { connectOwnAccount, logInFrom } from "./support/own-login.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

let world: ApiWorld;
let person: SignedInPerson;
let stranger: SignedInPerson;
const at = { tenant: "acme", broker: "zebu" } as const;
beforeAll(async () => {
  const [[, onFile]] = databases;
  world = await newApiWorld(await onFile());
  await withTenant(world, "other", ["rmoney"]);
  await withTenant(world, "acme", ["zebu"]);
  person = await signedIn(world, "acme", "asha");
  stranger = await signedIn(world, "other", "zoe");
});
afterAll(() => world.close());

const rowOf = (id: string) => world.store.connections.get("acme", id);
const audited = async (id: string) =>
  (await world.store.audit.newest("acme", { limit: 50, of: { kind: "connection", id } })).map(
    ({ action, key }) => `${action} ${key === person.operator.id ? "asha" : key}`,
  );

describe("a link to send", () => {
  it("is shown once, works for the connection's user, and is in the audit under the operator's name", async () => {
    const { connection } = await newConnection(world, at, { user: "ravi" });
    const { id } = connection;
    const page = await person.open(`/connections/${id}`);
    expect(page.text).toContain("Make a link to send");
    const made = await person.send(`/connections/${id}/link`);
    expect(made.status).toBe(201);
    const url = /id="made-link">([^<]+)</.exec(made.text)?.[1] ?? "";
    const { connection: linked } = await readConnectLink(world.ports, url.slice(url.lastIndexOf("/") + 1));
    expect(linked.id).toBe(id);
    expect(made.text).toContain('data-copy="made-link"');
    expect(made.text).toMatch(/It works for <time data-ends[^>]*>(?:59 min 59 s|1 h 0 min)<\/time>, until /);
    expect(await audited(id)).toContain("connection.reconnect asha");
    expect((await person.open(`/connections/${id}`)).text).not.toContain("made-link");
    const opened = await person.open(new URL(url).pathname);
    expect(opened.status).toBe(200);
  });

  it("leads back to the dashboard where it is for an operator's own, and asks there whose account it is", async () => {
    const id = await connectOwnAccount(world, person, "zebu");
    const made = await person.send(`/connections/${id}/link`);
    const url = /id="made-link">([^<]+)</.exec(made.text)?.[1] ?? "";
    const pressed = await person.send(new URL(url).pathname);
    const back = await logInFrom(world, person, "zebu", pressed);
    expect(back).toMatch(/^\/connected\?connection=.*&code=/);
    expect((await person.open(back)).text).toContain("Is this your account?");
  });

  it("is made for no connection that has ended, and for none of another tenant's", async () => {
    const { connection } = await newConnection(world, at, { user: "ravi" });
    expect((await stranger.send(`/connections/${connection.id}/link`)).status).toBe(404);
    await person.send(`/connections/${connection.id}/end`, { sure: "yes" });
    expect((await person.send(`/connections/${connection.id}/link`)).status).toBe(409);
  });
});

describe("the end of a connection", () => {
  it("says what becomes of the session where its broker knows no logout, and where it does", async () => {
    const session = { endsAt: world.now() + 3_600_000 };
    for (const broker of ["rmoney", "autoshares", "ventura", "nuvama", "zebu"] as const) {
      const { name, logout } = world.ports.brokers.traits[broker];
      const text = String(
        await connectionActions({
          connection: { id: "con_1", app: broker, user: "ravi", status: "active", ...session },
          traits: world.ports.brokers.traits[broker],
          own: false,
          now: world.now(),
        }),
      );
      expect(text.includes(`${name} has no logout, so there it lives on until its end, `)).toBe(!logout);
      expect(text.includes(`Its session is erased and logged out at ${name}`)).toBe(logout);
    }
  });

  it("comes with a tick alone: then its session is erased and logged out at the broker", async () => {
    const { id } = await connected(world, at, "mira");
    const unsure = await person.send(`/connections/${id}/end`);
    expect([unsure.status, (await rowOf(id))?.status]).toEqual([422, "active"]);
    expect(unsure.text).toMatch(/<details class="end" open>/);
    expect(unsure.text).toContain("Tick that you mean it");
    expect((await stranger.send(`/connections/${id}/end`, { sure: "yes" })).status).toBe(404);
    const cross = await person.send(
      `/connections/${id}/end`,
      { sure: "yes" },
      { "sec-fetch-site": "cross-site" },
    );
    expect([cross.status, (await rowOf(id))?.status]).toEqual([403, "active"]);

    const ended = await person.send(`/connections/${id}/end`, { sure: "yes" });
    expect(ended.headers.location).toBe(`/connections/${id}?said=closed`);
    expect(await rowOf(id)).toMatchObject({ status: "closed", sealedSession: null });
    expect(JSON.stringify((await world.ledger("zebu")).at(-1))).toContain("/Logout");
    expect(await audited(id)).toContain("connection.close asha");
    const page = await person.open(ended.headers.location ?? "");
    expect(page.text).toContain("The connection is ended, and its session erased.");
    expect(page.text).not.toContain("End this connection");
  });
});
