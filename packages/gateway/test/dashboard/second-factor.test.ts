import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPerson, type Person } from "../browser/support/person.js";
import { totpOf } from "../connect/support/totp.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { addOperator, isIn, password, personIn, tryIn } from "./support/operators.js";

const step = 30_000;

describe.each(databases)("the second factor on %s", (_, make) => {
  let world: ApiWorld;
  let serial = 0;
  beforeAll(async () => {
    world = await newApiWorld(await make(), { trustedProxies: ["127.0.0.1"] });
    await world.addTenant("acme", ["zebu"]);
  });
  afterAll(() => world.close());

  /** An operator with a second factor, signed in. */
  async function withFactor(): Promise<{ name: string; asha: Person; secret: string }> {
    const name = `asha${serial++}`;
    await addOperator(world, "acme", name);
    const asha = await personIn(world, name);
    const secret = /name="secret" value="([A-Z2-7]{32})"/.exec(
      (await asha.open("/settings/second-factor")).text,
    )?.[1];
    if (!secret) throw new Error("The page offers no secret.");
    const form = { secret, code: totpOf(secret, world.now()), password };
    const put = await asha.send("/settings/second-factor", form);
    expect(put.headers.location).toBe("/settings?said=on");
    return { name, asha, secret };
  }
  const code = (person: Person, text: string, next = "/settings") =>
    person.send("/sign-in/code", { code: text, next });

  it("is on only after a code and the password have shown that it is the operator's", async () => {
    const name = `asha${serial++}`;
    const id = await addOperator(world, "acme", name);
    const asha = await personIn(world, name);
    const { text } = await asha.open("/settings/second-factor");
    expect(text).toContain('role="img"');
    const secret = /name="secret" value="(\w+)"/.exec(text)?.[1] ?? "";
    const right = { secret, code: totpOf(secret, world.now()), password };
    for (const wrong of [
      { code: "000000" },
      { code: totpOf(secret, world.now() - 10 * step) },
      { password: "wrong horse battery" },
    ]) {
      const refused = await asha.send("/settings/second-factor", { ...right, ...wrong });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain(`value="${secret}"`);
    }
    expect((await asha.send("/settings/second-factor", { ...right, secret: "short" })).status).toBe(400);
    expect((await world.store.operators.get("acme", id))?.sealedTotp).toBeNull();
    expect((await asha.send("/settings/second-factor", right)).status).toBe(303);
    expect((await world.store.operators.get("acme", id))?.sealedTotp).not.toBeNull();
  });

  it("is asked for after the password, before anything opens", async () => {
    const { name, secret } = await withFactor();
    world.advance(step);
    const ravi = newPerson(world.server);
    const first = await tryIn(ravi, name, password, "/settings/keys");
    expect(first.headers.location).toBe("/sign-in?next=%2Fsettings%2Fkeys");
    expect(await isIn(ravi)).toBe(false);
    const asked = await ravi.open(first.headers.location ?? "");
    expect([asked.action, asked.field("next")]).toEqual(["/sign-in/code", "/settings/keys"]);
    const half = ravi.jar.get("kunji_operator");
    const wrong = await code(ravi, "000000");
    expect([wrong.status, await isIn(ravi)]).toEqual([422, false]);
    const right = await code(ravi, totpOf(secret, world.now()), asked.field("next"));
    expect([right.status, right.headers.location]).toEqual([303, "/settings/keys"]);
    expect(await isIn(ravi)).toBe(true);
    const earlier = newPerson(world.server);
    earlier.jar.set("kunji_operator", half ?? "");
    expect(await isIn(earlier)).toBe(false);
  });

  it("takes each code once, and none from before one that was taken", async () => {
    const { name, secret } = await withFactor();
    const enter = async (text: string) => {
      const person = newPerson(world.server);
      await tryIn(person, name);
      return (await code(person, text)).status;
    };
    // The code that put it on is used up.
    expect(await enter(totpOf(secret, world.now()))).toBe(422);
    world.advance(2 * step);
    const [last, now] = [totpOf(secret, world.now() - step), totpOf(secret, world.now())];
    expect(await enter(now)).toBe(303);
    expect(await enter(now)).toBe(422);
    expect(await enter(last)).toBe(422);
    world.advance(step);
    expect(await enter(` ${totpOf(secret, world.now()).replace(/^.../, "$& ")} `)).toBe(303);
  });

  it("lets one of two in who send the same code at once", async () => {
    const { name, secret } = await withFactor();
    world.advance(step);
    const two = [newPerson(world.server), newPerson(world.server)];
    for (const person of two) await tryIn(person, name);
    const text = totpOf(secret, world.now());
    const statuses = (await Promise.all(two.map((person) => code(person, text)))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([303, 422]);
  });

  it("takes the codes of the step before and after, by the clock, and no others", async () => {
    for (const [off, status] of [
      [-2, 422],
      [-1, 303],
      [1, 303],
      [2, 422],
    ] as const) {
      const { name, secret } = await withFactor();
      world.advance(10 * step);
      const person = newPerson(world.server);
      await tryIn(person, name);
      expect([off, (await code(person, totpOf(secret, world.now() + off * step))).status]).toEqual([
        off,
        status,
      ]);
    }
  });

  it("slows guessing of codes down however often the password is sent, from wherever", async () => {
    const { name, secret } = await withFactor();
    world.advance(step);
    const guess = async (i: number) => {
      const person = newPerson(world.server);
      const headers = { "x-forwarded-for": `198.51.100.${i}` };
      await tryIn(person, name, password, "/", headers);
      return code(person, "000000");
    };
    for (let i = 0; i < 5; i++) expect((await guess(i)).status).toBe(422);
    const held = await guess(6);
    expect([held.status, held.headers["retry-after"]]).toEqual([429, "1"]);
    world.advance(step);
    const asha = newPerson(world.server);
    await tryIn(asha, name);
    expect((await code(asha, totpOf(secret, world.now()))).status).toBe(303);
    expect((await guess(7)).status).toBe(422);
    const actions = (await world.store.audit.list("acme", 0, 1_000)).map(({ action }) => action);
    expect(actions.filter((action) => action === "operator.code_refuse").length).toBeGreaterThanOrEqual(6);
  });

  it("gives ten minutes for the code, and forgets the half-open session then", async () => {
    const { name, secret } = await withFactor();
    const late = newPerson(world.server);
    await tryIn(late, name);
    world.advance(10 * 60_000);
    const { status, headers } = await code(late, totpOf(secret, world.now()));
    expect([status, headers.location]).toEqual([303, "/sign-in?next=%2Fsettings"]);
    expect(await isIn(late)).toBe(false);
  });

  it("is taken off with the password alone, and signing in asks for no code any more", async () => {
    const { name, asha } = await withFactor();
    const off = (text: string) => asha.send("/settings/second-factor/off", { password: text });
    expect((await off("wrong horse battery")).status).toBe(422);
    const still = newPerson(world.server);
    await tryIn(still, name);
    expect(await isIn(still)).toBe(false);
    expect((await off(password)).headers.location).toBe("/settings?said=off");
    expect(await isIn(await personIn(world, name))).toBe(true);
  });

  it("lies sealed in the database, bound to its operator", async () => {
    const { name, secret } = await withFactor();
    const other = await withFactor();
    const row = await world.store.waysIn.operator(name);
    const foreign = await world.store.waysIn.operator(other.name);
    const open = (id = "", sealed: Uint8Array | null | undefined) =>
      world.ports.vault
        .open({ tenant: "acme", kind: "operator", id, field: "totp" }, sealed ?? new Uint8Array())
        .reveal();
    expect(open(row?.id, row?.sealedTotp)).toBe(secret);
    expect(Buffer.from(row?.sealedTotp ?? []).includes(secret)).toBe(false);
    expect(() => open(row?.id, foreign?.sealedTotp)).toThrow("open");
  });
});
