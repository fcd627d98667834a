import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPerson, type Person } from "../browser/support/person.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { addOperator, isIn, password, personIn, tryIn } from "./support/operators.js";

const onceOf = (text: string): string => /id="once">([^<]+)</.exec(text)?.[1] ?? "";

describe.each(databases)("operators and API keys in the settings on %s", (_, make) => {
  let world: ApiWorld;
  let chief: Person;
  let acme: Person;
  beforeAll(async () => {
    world = await newApiWorld(await make());
    await world.addTenant("house", ["zebu"]);
    const at = world.now();
    for (const [tenant, madeBy] of [
      ["acme", "house"],
      ["other", "house"],
      ["far", "acme"],
    ] as const)
      await world.store.tenants.add(tenant, { name: tenant, madeBy, at });
    await addOperator(world, "house", "chief");
    await addOperator(world, "acme", "asha");
    chief = await personIn(world, "chief");
    acme = await personIn(world, "asha");
  });
  afterAll(() => world.close());
  const idOf = async (name: string) => (await world.store.waysIn.operator(name))?.id ?? "";

  it("adds one with a password for one time, who chooses another before anything opens", async () => {
    const added = await acme.send("/settings/operators", { name: "Meera" });
    expect(added.status).toBe(201);
    const first = onceOf(added.text);
    expect(first).toMatch(/^(?:[A-Za-z0-9]{5}-){3}[A-Za-z0-9]{5}$/);
    expect((await acme.open("/settings/operators")).text).toContain("has yet to choose a password");
    const meera = newPerson(world.server);
    expect((await tryIn(meera, "meera", first)).headers.location).toBe("/sign-in?next=%2Fsettings");
    expect(await isIn(meera)).toBe(false);
    const choose = (next_password: string, again_password = next_password) =>
      meera.send("/sign-in/password", { next_password, again_password, next: "/settings" });
    for (const refused of [
      await choose("too short"),
      await choose(first),
      await choose("meera and a horse"),
      await choose("a quiet river stone", "a quiet river bank"),
    ])
      expect(refused.status).toBe(422);
    expect(await isIn(meera)).toBe(false);
    expect((await choose("a quiet river stone")).headers.location).toBe("/settings");
    expect(await isIn(meera)).toBe(true);
    expect((await tryIn(newPerson(world.server), "meera", first)).status).toBe(422);
    expect(await isIn(await personIn(world, "meera", "a quiet river stone"))).toBe(true);
  });

  it("refuses a name that somebody has in any tenant, or that is none, and takes it once they have ended", async () => {
    const add = async (name: string) => (await acme.send("/settings/operators", { name })).status;
    expect([await add("CHIEF"), await add("<b>x</b>"), await add(""), await add("chief2")]).toEqual([
      422, 422, 422, 201,
    ]);
    expect((await acme.send(`/settings/operators/${await idOf("chief2")}/end`)).status).toBe(303);
    expect(await add("chief2")).toBe(201);
  });

  it("ends others and never oneself, so that one always stays", async () => {
    const own = await idOf("asha");
    expect((await acme.send(`/settings/operators/${own}/end`)).status).toBe(400);
    expect(await isIn(acme)).toBe(true);
    await addOperator(world, "acme", "leaver");
    expect((await acme.send(`/settings/operators/${await idOf("leaver")}/end`)).status).toBe(303);
    expect((await tryIn(newPerson(world.server), "leaver")).status).toBe(422);
  });

  it("lets the gateway's own operators look after tenants that it has made, and nobody else's", async () => {
    expect((await chief.open("/settings/operators?tenant=acme")).text).toContain("asha");
    expect((await chief.send("/settings/operators", { name: "new-at-other", tenant: "other" })).status).toBe(
      201,
    );
    expect((await world.store.waysIn.operator("new-at-other"))?.tenant).toBe("other");
    for (const [person, tenant] of [
      [chief, "far"],
      [chief, "nowhere"],
      [acme, "house"],
      [acme, "other"],
      [acme, "far"],
    ] as const) {
      expect((await person.open(`/settings/operators?tenant=${tenant}`)).status).toBe(404);
      expect((await person.send("/settings/operators", { name: "intruder", tenant })).status).toBe(404);
    }
    expect(await world.store.waysIn.operator("intruder")).toBeUndefined();
  });

  it("shows and ends nothing across the walls between tenants", async () => {
    const [, far] = [await addOperator(world, "other", "ravi"), await idOf("ravi")];
    const ravi = await personIn(world, "ravi");
    const key = await world.newKey("other");
    const keyId = (await world.store.apiKeys.list("other", { limit: 1 })).items[0]?.id;
    for (const path of ["/settings/operators", "/settings/keys", "/settings"]) {
      const { text } = await acme.open(path);
      expect(text.includes("ravi") || text.includes(String(keyId))).toBe(false);
    }
    expect((await acme.send(`/settings/operators/${far}/end`)).status).toBe(404);
    expect((await acme.send(`/settings/keys/${keyId}/end`)).status).toBe(404);
    expect(await isIn(ravi)).toBe(true);
    expect((await world.call("GET", "/v1/apps", { key })).status).toBe(200);
    expect((await ravi.open("/settings/keys")).text).toContain(String(keyId));
    expect((await ravi.send(`/settings/keys/${keyId}/end`)).status).toBe(303);
    expect((await world.call("GET", "/v1/apps", { key })).status).toBe(401);
  });

  it("makes a key that may do what was ticked, shows it once, and ends it at once", async () => {
    const fields = new URLSearchParams([
      ["name", 'web "server" <b>'],
      ["scopes", "read"],
      ["scopes", "proxy"],
      ["calls", "order"],
      ["once", "k".repeat(43)],
    ]);
    const cookie = `kunji_operator=${acme.jar.get("kunji_operator")}`;
    const made = await world.call("POST", "/settings/keys", {
      body: fields.toString(),
      headers: {
        cookie,
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
        accept: "text/html",
      },
    });
    expect(made.status).toBe(201);
    const key = onceOf(made.text);
    const row = (await world.store.apiKeys.list("acme", { limit: 50 })).items.find(({ name }) =>
      name.startsWith("web"),
    );
    expect(row).toMatchObject({ scopes: ["read", "proxy"], calls: ["order"] });
    const { text } = await acme.open("/settings/keys");
    expect(text.includes(key)).toBe(false);
    expect(text).toContain("web &quot;server&quot; &lt;b&gt;");
    expect((await world.call("GET", "/v1/apps", { key })).status).toBe(200);
    expect((await acme.send(`/settings/keys/${row?.id}/end`)).status).toBe(303);
    expect((await world.call("GET", "/v1/apps", { key })).status).toBe(401);
    const once = "n".repeat(43);
    expect((await acme.send("/settings/keys", { name: "nothing", once })).status).toBe(422);
    expect((await acme.send("/settings/keys", { name: "x", scopes: "everything", once })).status).toBe(400);
    expect((await acme.send("/settings/keys", { name: "x", scopes: "read" })).status).toBe(400);
  });

  it("makes one key however often its form is sent, and another by a new form", async () => {
    const named = async (name: string) =>
      (await world.store.apiKeys.list("acme", { limit: 50 })).items.filter((key) => key.name === name).length;
    const wordOn = (text: string) => /name="once" value="(\w+)"/.exec(text)?.[1] ?? "";
    const newForm = async () => {
      const once = wordOn((await acme.open("/settings/keys")).text);
      return { name: "again", scopes: "read", once };
    };
    const form = await newForm();
    const tries = await Promise.all([1, 2, 3].map(() => acme.send("/settings/keys", form)));
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const again = await acme.send("/settings/keys", form);
    expect([again.status, await named("again")]).toEqual([409, 1]);
    expect(again.text).toContain("the key was made then: nothing was made now");
    expect(again.text).toContain('href="/settings/keys">Back to the keys');
    expect(again.text).not.toMatch(/kunji_(?:live|test)_/);
    expect((await acme.send("/settings/keys", await newForm())).status).toBe(201);
    expect(await named("again")).toBe(2);
  });

  it("changes a password for one that is long enough, not the name, not the old one, and typed twice", async () => {
    await addOperator(world, "acme", "careful");
    const careful = await personIn(world, "careful");
    const change = async (next_password: string, again_password = next_password) =>
      (await careful.send("/settings/password", { password, next_password, again_password })).status;
    expect([
      await change("eleven char"),
      await change("x".repeat(201)),
      await change("I am careful with it"),
      await change(password),
      await change("a quiet river stone", "a quiet river"),
    ]).toEqual([422, 422, 422, 422, 422]);
    expect(await change("twelve chars")).toBe(303);
    expect(await isIn(await personIn(world, "careful", "twelve chars"))).toBe(true);
  });

  it("writes down who did what, by the operator's id", async () => {
    const records = (await world.store.audit.list("acme", 0, 1_000)).filter(
      ({ kind }) => kind === "operator" || kind === "key",
    );
    const asha = await idOf("asha");
    const told = new Set(records.filter(({ key }) => key === asha).map(({ action }) => action));
    for (const action of ["operator.sign_in", "operator.add", "operator.end", "key.add", "key.end"])
      expect(told).toContain(action);
    expect(JSON.stringify(records)).not.toMatch(/meera|leaver|argon2/i);
  });
});
