import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPerson } from "../browser/support/person.js";
import { type ApiWorld, newApiWorld } from "../http/support/api-world.js";
import { databases } from "../support/databases.js";
import { addOperator, isIn, password, personIn, tryIn } from "./support/operators.js";
import { cookieName } from "./support/signed-in.js";

const minute = 60_000;

describe.each(databases)("signing in on %s", (_, make) => {
  let world: ApiWorld;
  let serial = 0;
  /** A new operator's name. */
  const newName = async (): Promise<string> => {
    const name = `asha${serial++}`;
    await addOperator(world, "acme", name);
    return name;
  };
  beforeAll(async () => {
    world = await newApiWorld(await make(), { trustedProxies: ["127.0.0.1"] });
    await world.addTenant("acme", ["zebu"]);
  });
  afterAll(() => world.close());
  const person = () => newPerson(world.server);
  const from = (address: string) => ({ "x-forwarded-for": address });

  it("lets the right password in, to the page that was asked for, however the name is typed", async () => {
    const name = await newName();
    const asha = person();
    const asked = await asha.open("/settings/keys?after=x");
    expect([asked.status, asked.headers.location]).toEqual([
      303,
      "/sign-in?next=%2Fsettings%2Fkeys%3Fafter%3Dx",
    ]);
    const form = await asha.open(asked.headers.location ?? "");
    expect(form.field("next")).toBe("/settings/keys?after=x");
    const { status, headers } = await tryIn(asha, ` ${name.toUpperCase()} `, password, form.field("next"));
    expect([status, headers.location]).toEqual([303, "/settings/keys?after=x"]);
    expect((await asha.open("/settings/keys?after=x")).status).toBe(200);
  });

  it("answers a wrong password, an unknown name, an ended one and none alike", async () => {
    const name = await newName();
    const ended = await newName();
    const { id = "" } = (await world.store.waysIn.operator(ended)) ?? {};
    await world.store.operators.end("acme", id, world.now());
    const answers = [];
    for (const [typed, text] of [
      [name, "wrong horse battery"],
      ["nobody-at-all", password],
      [ended, password],
      ["not a name!", password],
      [name, ""],
    ] as const) {
      const one = person();
      const { status, text: page, setCookies } = await tryIn(one, typed, text);
      expect(setCookies).toEqual([]);
      answers.push([status, page.replaceAll(typed, "<name>").replace("not a name!", "<name>")]);
    }
    expect(answers[0]?.[0]).toBe(422);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await isIn(await personIn(world, name))).toBe(true);
  });

  it("works as long on an unknown name as on a wrong password", async () => {
    const name = await newName();
    const took = async (typed: string) => {
      const times = [];
      for (let i = 0; i < 4; i++) {
        const before = performance.now();
        await tryIn(person(), `${typed}`, "wrong horse battery", "/", from(`203.0.${serial++}.1`));
        times.push(performance.now() - before);
      }
      return Math.min(...times);
    };
    const [known, unknown] = [await took(name), await took("nobody-here")];
    // Without a hash to compare with it would be done in a tenth.
    expect(unknown).toBeGreaterThan(known / 2);
  });

  it("makes who tries wait ever longer, says how long, and lets others with the name in at once", async () => {
    const name = await newName();
    const wrong = () => tryIn(person(), name, "wrong horse battery", "/", from("203.0.113.7"));
    const right = (address: string) => tryIn(person(), name, password, "/", from(address));
    for (let i = 0; i < 5; i++) expect((await wrong()).status).toBe(422);
    const waits: number[] = [];
    for (let i = 0; i < 4; i++) {
      world.advance(1);
      const held = await right("203.0.113.7");
      expect(held.status).toBe(429);
      expect(held.text).toContain("wait");
      waits.push(Number(held.headers["retry-after"]));
      world.advance(Number(held.headers["retry-after"]) * 1_000);
      expect((await wrong()).status).toBe(422);
    }
    expect(waits).toEqual([1, 2, 4, 8]);
    expect((await right("203.0.113.7")).status).toBe(429);
    expect((await right("203.0.113.8")).status).toBe(303);
    world.advance(16_000);
    expect((await right("203.0.113.7")).status).toBe(303);
    expect((await wrong()).status).toBe(422);
  });

  it("waits a quarter of an hour at most, counts a burst as one by one, and forgets after a day", async () => {
    const name = await newName();
    const address = "203.0.113.9";
    const wrong = () => tryIn(person(), name, "wrong horse battery", "/", from(address));
    const burst = await Promise.all(Array.from({ length: 10 }, wrong));
    expect(burst.map(({ status }) => status).sort()).toEqual([...Array(5).fill(422), ...Array(5).fill(429)]);
    for (let i = 0; i < 14; i++) {
      world.advance(15 * minute);
      expect((await wrong()).status).toBe(422);
    }
    expect(Number((await wrong()).headers["retry-after"])).toBe(900);
    world.advance(24 * 60 * minute);
    for (let i = 0; i < 5; i++) expect((await wrong()).status).toBe(422);
  });

  it("gives a cookie that scripts can't read and other sites' forms don't carry, of this host alone by https", async () => {
    const name = await newName();
    const asha = person();
    const { setCookies } = await tryIn(asha, name);
    expect(setCookies).toHaveLength(1);
    expect(setCookies[0]).toMatch(
      new RegExp(`^${cookieName}=[A-Za-z0-9]{43}; Max-Age=43200; Path=/; HttpOnly; SameSite=Lax$`),
    );
    const ports = (given: ApiWorld["ports"]) => ({ ...given, publicUrl: "https://kunji.example" });
    const secure = await newApiWorld(await make(), { ports, loopback: false });
    await secure.addTenant("acme", ["zebu"]);
    await addOperator(secure, "acme", "asha");
    const there = newPerson(secure.server);
    const [line] = (await tryIn(there, "asha")).setCookies;
    expect(line).toMatch(/^__Host-kunji_operator=\w{43}; .*Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(await isIn(there)).toBe(true);
    await secure.close();
  });

  it("gives another cookie at each sign-in, and none that a browser brought along", async () => {
    const name = await newName();
    const asha = person();
    asha.jar.set(cookieName, "A".repeat(43));
    await tryIn(asha, name);
    const first = asha.jar.get(cookieName);
    await tryIn(asha, name);
    expect(new Set(["A".repeat(43), first, asha.jar.get(cookieName)]).size).toBe(3);
  });

  it.each([
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "\\/evil.example",
    "javascript:alert(1)",
    "settings",
    "/..//evil.example",
    "/sign-in?next=/x",
    "/sign-out",
    "",
  ])("leads on to the dashboard and nowhere else where next is %j", async (next) => {
    const name = await newName();
    const asha = person();
    const { headers } = await tryIn(asha, name, password, next);
    expect(headers.location).toBe("/");
    const again = await asha.open(`/sign-in?${new URLSearchParams({ next })}`);
    expect(again.headers.location).toBe("/");
    expect((await asha.open("/sign-in?next=/settings")).headers.location).toBe("/settings");
  });

  it("takes forms from its own pages alone, before and after", async () => {
    const name = await newName();
    const other = { "sec-fetch-site": "cross-site" };
    expect((await tryIn(person(), name, password, "/", other)).status).toBe(403);
    const asha = await personIn(world, name);
    const { id = "" } = (await world.store.waysIn.operator(name)) ?? {};
    for (const path of ["/sign-out", "/settings/sessions/end-others", "/settings/keys"])
      expect((await asha.send(path, { name: "x", scopes: "read" }, other)).status).toBe(403);
    expect(await isIn(asha)).toBe(true);
    expect(await world.store.operatorSessions.list("acme", id, world.now())).toHaveLength(1);
    expect((await asha.send("/sign-out")).headers.location).toBe("/sign-in?out=1");
    expect(await isIn(asha)).toBe(false);
  });

  it("tells programs that nobody has signed in, and shows people the form", async () => {
    const asks = (accept: string) =>
      world.server.inject({ url: "/settings", headers: { accept, host: "127.0.0.1:4700" } });
    const bare = await asks("*/*");
    expect([bare.statusCode, bare.json().code]).toEqual([401, "sign_in_needed"]);
    expect((await asks("text/html")).statusCode).toBe(303);
    const posted = await person().send("/settings/keys", { name: "x" });
    expect([posted.status, posted.headers.location]).toEqual([303, "/sign-in?next=%2F"]);
  });

  it("takes no API key for an operator, and no operator for an API key", async () => {
    const key = await world.newKey("acme");
    const page = await world.call("GET", "/settings", { key, headers: { accept: "text/html" } });
    expect(page.status).toBe(303);
    const asha = await personIn(world, await newName());
    const cookie = `${cookieName}=${asha.jar.get(cookieName)}`;
    expect((await world.call("GET", "/v1/apps", { headers: { cookie } })).status).toBe(401);
    expect((await world.call("GET", "/v1/apps", { key })).status).toBe(200);
  });
});
