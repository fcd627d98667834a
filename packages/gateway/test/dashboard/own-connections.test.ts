import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reconnect } from "../../src/flows/connections.js";
import { type ApiWorld, newApiWorld, withTenant } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { allBrokers, publicUrl, redirectBrokers, returnUrl } from "../support/world.js";
import { connectOwnAccount, logInFrom } from "./support/own-login.js";
import { type SignedInPerson, signedIn } from "./support/signed-in.js";

let world: ApiWorld;
let key: string;
let names = 0;
beforeAll(async () => {
  const [[, onFile]] = databases;
  world = await newApiWorld(await onFile());
  // Before the other: its callback is not the one that the sandbox has in the end.
  await withTenant(world, "other", ["zebu"]);
  key = await withTenant(world, "acme", allBrokers);
});
afterAll(() => world.close());

/** An operator whom nobody has seen yet. */
const newOperator = (tenant = "acme") => signedIn(world, tenant, `asha${names++}`);
const rowOf = (id: string, tenant = "acme") => world.store.connections.get(tenant, id);
const ownOf = async ({ operator }: SignedInPerson) =>
  (await world.store.connections.list(operator.tenant, { user: operator.name }, { limit: 50 })).items;
const press = (person: SignedInPerson, app = "zebu") => person.send("/connections/connect", { app });
const queryOf = (path: string) => Object.fromEntries(new URL(path, publicUrl).searchParams);

describe.each(allBrokers)("an operator's own account at %s", (broker) => {
  it("is connected by one press: to the broker, and back to the connection, which is active", async () => {
    const person = await newOperator();
    const pressed = await press(person, broker);
    expect(pressed.status).toBe(303);
    const here = (redirectBrokers as readonly string[]).includes(broker);
    expect(pressed.headers.location).toMatch(
      here ? new RegExp(`^${world.sandboxUrl}/${broker}/`) : /^\/connect\//,
    );
    const back = await logInFrom(world, person, broker, pressed);
    expect(back).toMatch(/^\/connected\?connection=con_\w+&code=\w{43}$/);
    const end = await person.open(back);
    const { connection: id = "" } = queryOf(back);
    expect(end.headers.location).toBe(`/connections/${id}?said=connected`);
    expect(await rowOf(id)).toMatchObject({ status: "active", user: person.operator.name, broker });
    const page = await person.open(end.headers.location ?? "");
    expect(page.text).toContain("Connected: calls can be made from now on.");
    expect([...person.jar.keys()].filter((name) => name.includes("handle"))).toEqual([]);
    const told = (await world.store.audit.newest("acme", { limit: 50, of: { kind: "connection", id } })).map(
      ({ action, key: who }) => [action, who],
    );
    expect(told).toContainEqual(["connection.add", person.operator.id]);
    expect(told).toContainEqual(["connection.activate", person.operator.id]);
  });
});

describe("the dashboard's button", () => {
  it("takes up what waits for a login, in use before never used, and begins anew beside what lives", async () => {
    const person = await newOperator();
    await press(person);
    await press(person);
    const [only, ...others] = await ownOf(person);
    expect(others).toEqual([]);
    const id = await connectOwnAccount(world, person, "zebu");
    expect(id).toBe(only?.id);
    await press(person);
    const [fresh, ...none] = (await ownOf(person)).filter((each) => each.id !== id);
    expect([fresh?.status, none]).toEqual(["new", []]);
    const { generation } = (await rowOf(id)) ?? { generation: 0 };
    const fallen = { status: "login_needed", reason: "session_over", at: world.now() } as const;
    await world.store.connections.change("acme", id, { generation }, fallen);
    expect(await connectOwnAccount(world, person, "zebu")).toBe(id);
    expect(await rowOf(id)).toMatchObject({ status: "active" });
    // What was ended stays so.
    await person.send(`/connections/${id}/end`, { sure: "yes" });
    await person.send(`/connections/${fresh?.id}/end`, { sure: "yes" });
    await press(person);
    expect((await ownOf(person)).map(({ status }) => status).sort()).toEqual(["closed", "closed", "new"]);
  });

  it("is one for own connections alone, and for apps of one's tenant", async () => {
    const person = await newOperator();
    const beside = await signedIn(world, "acme", `beside${names++}`);
    const stranger = await newOperator("other");
    const id = await connectOwnAccount(world, person, "zebu");
    const before = (await world.ledger("zebu")).length;
    expect((await beside.send(`/connections/${id}/log-in`)).status).toBe(403);
    expect((await stranger.send(`/connections/${id}/log-in`)).status).toBe(404);
    expect((await stranger.send("/connections/con_nothing/log-in")).status).toBe(404);
    expect((await press(stranger, "nuvama")).status).toBe(404);
    // A user of the tenant's own who is called as the operator is isn't the operator.
    const named = { app: "zebu", user: person.operator.name, return_url: returnUrl };
    const made = await world.call("POST", "/v1/connections", { key, body: named });
    expect((await person.send(`/connections/${made.body.id}/log-in`)).status).toBe(403);
    expect((await world.ledger("zebu")).length).toBe(before);
    expect((await person.send(`/connections/${id}/log-in`)).headers.location).toMatch(
      `${world.sandboxUrl}/zebu/`,
    );
  });

  it("is pressed on the dashboard's own pages alone", async () => {
    const person = await newOperator();
    const cross = await person.send(
      "/connections/connect",
      { app: "zebu" },
      { "sec-fetch-site": "cross-site" },
    );
    expect([cross.status, await ownOf(person)]).toEqual([403, []]);
    expect((await press(person)).status).toBe(303);
    expect(await ownOf(person)).toHaveLength(1);
  });

  it("leads to the page that says what is wrong where the login can't begin", async () => {
    const person = await newOperator();
    const app = await world.store.apps.get("acme", "zebu");
    if (!app) throw new Error("no app");
    const { createdAt: _, updatedAt: __, logoType: ___, tenant: ____, ...row } = app;
    await world.store.apps.put("acme", { ...row, environment: "nowhere", at: world.now() });
    const pressed = await press(person);
    await world.store.apps.put("acme", { ...row, at: world.now() });
    expect(pressed.headers.location).toMatch(/^\/connected\?connection=con_\w+&error=app_unusable$/);
    const page = await person.open(pressed.headers.location ?? "");
    expect(page.text).toContain("The app can’t be used as it is");
    expect(page.text).toContain('href="/apps/zebu"');
  });
});

describe("the dashboard's return URL", () => {
  const dashboard = `${publicUrl}/connected`;

  it("can be named by no API key, neither to begin nor to begin again, and registered for no app", async () => {
    const wish = (return_url: string) => ({ key, body: { app: "zebu", user: "u1", return_url } });
    const refused = await world.call("POST", "/v1/connections", wish(dashboard));
    expect([refused.status, refused.body.code]).toEqual([400, "return_url_unregistered"]);
    const made = await world.call("POST", "/v1/connections", wish(returnUrl));
    expect(made.status).toBe(201);
    const again = (return_url: string) =>
      world.call("POST", "/v1/connections", { key, body: { connection: made.body.id, return_url } });
    expect((await again(dashboard)).body.code).toBe("return_url_unregistered");
    expect((await again(returnUrl)).status).toBe(201);
    const choice = (return_url: string) =>
      world.call("POST", "/v1/connect-links", {
        key,
        body: { apps: ["zebu", "rmoney"], user: "u1", return_url },
      });
    expect((await choice(dashboard)).body.code).toBe("return_url_unregistered");
    expect((await choice(returnUrl)).status).toBe(201);

    const keys = { client_id: "x", secret_key: "y" };
    const put = (return_url: string) =>
      world.call("PUT", "/v1/apps/more", {
        key,
        body: { broker: "zebu", environment: "sandbox", keys, return_urls: [return_url] },
      });
    expect((await put(dashboard)).body).toMatchObject({ code: "request_invalid", field: "return_urls.0" });
    expect((await put(returnUrl)).status).toBe(200);
  });

  it("is kept by no API key that makes a new link for an operator's own connection", async () => {
    const person = await newOperator();
    const id = await connectOwnAccount(world, person, "zebu");
    await expect(reconnect(world.ports, "acme", { connection: id })).rejects.toMatchObject({
      code: "return_url_unregistered",
    });
    expect((await person.send(`/connections/${id}/log-in`)).status).toBe(303);
  });
});
