import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPerson } from "../browser/support/person.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { addOperator, isIn, password, personIn, tryIn } from "./support/operators.js";
import { cookieName } from "./support/signed-in.js";

const hour = 60 * 60_000;

describe.each(databases)("an operator's session on %s", (_, make) => {
  let world: ApiWorld;
  let serial = 0;
  const newName = async (): Promise<string> => {
    const name = `asha${serial++}`;
    await addOperator(world, "acme", name);
    return name;
  };
  beforeAll(async () => {
    world = await newApiWorld(await make());
    await world.addTenant("acme", ["zebu"]);
  });
  afterAll(() => world.close());
  const idOf = async (name: string) => (await world.store.waysIn.operator(name))?.id ?? "";

  it("lives two hours without use and twelve with it", async () => {
    const asha = await personIn(world, await newName());
    world.advance(2 * hour - 1);
    expect(await isIn(asha)).toBe(true);
    world.advance(2 * hour);
    expect(await isIn(asha)).toBe(false);
    const busy = await personIn(world, await newName());
    for (let i = 1; i < 12; i++) {
      world.advance(hour);
      expect(await isIn(busy)).toBe(true);
    }
    world.advance(hour - 1);
    expect(await isIn(busy)).toBe(true);
    world.advance(1);
    expect(await isIn(busy)).toBe(false);
  });

  it("is kept alive by no page that follows changes by itself", async () => {
    const asha = await personIn(world, await newName());
    world.advance(hour);
    expect((await asha.open("/settings", { "kunji-live": "1" })).status).toBe(200);
    world.advance(hour);
    expect(await isIn(asha)).toBe(false);
  });

  it("ends when it is signed out, and the cookie goes; others of the operator live on", async () => {
    const name = await newName();
    const [here, there] = [await personIn(world, name), await personIn(world, name)];
    const cookie = here.jar.get(cookieName) ?? "";
    await here.send("/sign-out");
    expect(here.jar.has(cookieName)).toBe(false);
    here.jar.set(cookieName, cookie);
    expect([await isIn(here), await isIn(there)]).toEqual([false, true]);
  });

  it("ends with another password, but for the one that changed it, which gets another cookie", async () => {
    const name = await newName();
    const [here, there] = [await personIn(world, name), await personIn(world, name)];
    const before = here.jar.get(cookieName) ?? "";
    const next_password = "a longer staple of horses";
    const form = { password, next_password, again_password: next_password };
    const refused = await here.send("/settings/password", { ...form, password: "wrong horse battery" });
    expect([refused.status, await isIn(there)]).toEqual([422, true]);
    expect((await here.send("/settings/password", form)).headers.location).toBe("/settings?said=password");
    expect([await isIn(here), await isIn(there)]).toEqual([true, false]);
    const stale = newPerson(world.server);
    stale.jar.set(cookieName, before);
    expect(await isIn(stale)).toBe(false);
    expect((await tryIn(newPerson(world.server), name)).status).toBe(422);
    expect(await isIn(await personIn(world, name, next_password))).toBe(true);
  });

  it("ends with its operator, and with its tenant", async () => {
    const [name, other] = [await newName(), await newName()];
    const [asha, ravi] = [await personIn(world, name), await personIn(world, other)];
    expect((await ravi.send(`/settings/operators/${await idOf(name)}/end`)).status).toBe(303);
    expect([await isIn(asha), await isIn(ravi)]).toEqual([false, true]);
    await world.addTenant("short", ["zebu"]);
    await addOperator(world, "short", "meera");
    const meera = await personIn(world, "meera");
    expect(await isIn(meera)).toBe(true);
    await world.store.tenants.end("short", world.now());
    expect(await isIn(meera)).toBe(false);
    expect((await tryIn(newPerson(world.server), "meera")).status).toBe(422);
  });

  it("is shown among the operator's own, told apart by browser, and ended from there", async () => {
    const name = await newName();
    const asha = await personIn(world, name);
    const phone = newPerson(world.server);
    await tryIn(phone, name, password, "/", {
      "user-agent": "Mozilla/5.0 (Linux; Android 14) <b>AppleWebKit</b> Chrome/130.0 Mobile Safari/537.36",
    });
    const { text } = await asha.open("/settings");
    expect(text).toContain("Chrome on Android");
    expect(text).not.toContain("AppleWebKit");
    const [, id = ""] = /\/settings\/sessions\/(ops_\w+)\/end/.exec(text) ?? [];
    const foreign = await personIn(world, await newName());
    expect((await foreign.send(`/settings/sessions/${id}/end`)).status).toBe(404);
    expect(await isIn(phone)).toBe(true);
    expect((await asha.send(`/settings/sessions/${id}/end`)).headers.location).toBe("/settings?said=ended");
    expect([await isIn(phone), await isIn(asha)]).toEqual([false, true]);
  });

  it("leaves at most twenty of an operator, the last used ones", async () => {
    const name = await newName();
    const first = await personIn(world, name);
    for (let i = 0; i < 19; i++) {
      world.advance(1);
      await tryIn(newPerson(world.server), name);
    }
    expect(await isIn(first)).toBe(true);
    world.advance(2 * 60_000);
    await tryIn(newPerson(world.server), name);
    expect(await world.store.operatorSessions.list("acme", await idOf(name), world.now())).toHaveLength(20);
  });

  it("stays unread in the database: the cookie lies there as a hash", async () => {
    const name = await newName();
    const asha = await personIn(world, name);
    const rows = await world.store.operatorSessions.list("acme", await idOf(name), world.now());
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(asha.jar.get(cookieName));
    expect(rows[0]?.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
