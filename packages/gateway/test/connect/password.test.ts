import { Secret } from "kunji";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { confirmConnection } from "../../src/flows/confirm-connection.js";
import type { LoginStep } from "../../src/flows/login/login-step.js";
import { submitPassword } from "../../src/flows/login/password-login.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { callbackAt, codeOf, newBrowser } from "./support/browser.js";
import { callsAt, newConnection, refusal, rowOf } from "./support/logins.js";
import { totpOf } from "./support/totp.js";

const broker = "autoshares";
const at = { tenant: "t", broker } as const;

describe.each(databases)("a login by password on %s", (_name, make) => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await newWorld(await make());
    await world.addTenant("t", [broker, "zebu"]);
  }, 60_000);
  afterAll(() => world.close());

  function userNamed(username: string) {
    const user = world.presets[broker].users.find((one) => one.username === username);
    if (!user) throw new Error(username);
    return { ...user, code: () => totpOf(user.totpSecret, world.now()) };
  }

  async function begun(username: string) {
    const browser = newBrowser(world);
    const { connection, token } = await newConnection(world, at);
    const user = userNamed(username);
    return { browser, connection, token, user };
  }

  const confirmed = async (id: string, step: LoginStep) =>
    confirmConnection(world.ports, "t", id, { code: codeOf(step), user: "u1" });

  it("asks for the code where the broker wants one, and goes on with it", async () => {
    const { browser, connection, token, user } = await begun("demo.twofactor");
    const asked = await browser.password(token, user.username, user.password);
    expect(asked).toMatchObject({ kind: "ask_code", needs: "verification_code", failed: false });
    const step = await browser.code(at, token, user.code());
    expect(await confirmed(connection.id, step)).toMatchObject({ status: "active", account: user.username });
    expect(browser.cookieAt(at)).toBeUndefined();
  });

  it("sends the code at once where it was typed along", async () => {
    const { browser, connection, token, user } = await begun("demo.twofactor");
    const step = await browser.password(token, user.username, user.password, user.code());
    expect((await confirmed(connection.id, step)).status).toBe("active");
  });

  it("asks for a PIN where the broker wants that", async () => {
    const { browser, connection, token, user } = await begun("demo.pin");
    const asked = await browser.password(token, user.username, user.password);
    expect(asked).toMatchObject({ kind: "ask_code", needs: "pin" });
    expect((await confirmed(connection.id, await browser.code(at, token, "4831"))).status).toBe("active");
  });

  it.each([
    ["typed along", true],
    ["typed later", false],
  ])("asks again after a wrong code that was %s, and takes the right one", async (_when, along) => {
    const { browser, connection, token, user } = await begun("demo.twofactor");
    const wrong = user.code() === "000000" ? "000001" : "000000";
    let step = await browser.password(token, user.username, user.password, along ? wrong : undefined);
    if (!along) step = await browser.code(at, token, wrong);
    expect(step).toMatchObject({ kind: "ask_code", failed: true });
    expect(await browser.code(at, token, "12\r\n34")).toMatchObject({ kind: "ask_code", failed: true });
    expect((await confirmed(connection.id, await browser.code(at, token, user.code()))).status).toBe(
      "active",
    );
  });

  it("takes a code only from the browser that typed the password, once and in time", async () => {
    const { browser, token, user } = await begun("demo.twofactor");
    const other = await begun("demo.twofactor");
    await browser.password(token, user.username, user.password);
    const cookie = browser.cookieAt(at);
    const before = await callsAt(world, broker);
    const stranger = newBrowser(world);
    expect(await refusal(stranger.code(at, token, user.code()))).toBe("login_unknown");
    expect(await refusal(stranger.code(at, token, user.code(), "A".repeat(43)))).toBe("login_unknown");
    world.advance(600_000);
    expect(await refusal(browser.code(at, token, user.code(), cookie))).toBe("login_unknown");
    world.advance(-600_000);
    expect(await callsAt(world, broker)).toBe(before);
    const all = await Promise.all(
      Array.from({ length: 20 }, () => refusal(browser.code(at, token, user.code(), cookie))),
    );
    expect(all.filter((code) => code === "none")).toHaveLength(1);
    expect(all.filter((code) => code === "login_unknown")).toHaveLength(19);
    expect((await rowOf(world, other.connection)).status).toBe("new");
  });

  it("takes no code for another connection's login", async () => {
    const { browser, token, user, connection } = await begun("demo.twofactor");
    const other = await begun("demo.twofactor");
    await browser.password(token, user.username, user.password);
    const before = await callsAt(world, broker);
    expect(await refusal(browser.code(at, other.token, user.code()))).toBe("login_unknown");
    expect(await callsAt(world, broker)).toBe(before);
    for (const { id, tenant } of [connection, other.connection])
      expect((await rowOf(world, { tenant, id })).status).toBe("new");
  });

  it("has ten minutes in all, however often a code was wrong", async () => {
    const { browser, token, user } = await begun("demo.pin");
    await browser.password(token, user.username, user.password);
    world.advance(500_000);
    expect(await browser.code(at, token, "0000")).toMatchObject({ failed: true });
    world.advance(99_999);
    expect(await browser.code(at, token, "0000")).toMatchObject({ failed: true });
    world.advance(1);
    expect(await refusal(browser.code(at, token, "4831"))).toBe("login_unknown");
    world.advance(-600_000);
  });

  it.each([
    ["demo.typo", "Maple-Ridge-19"],
    ["demo.trader", "wrong"],
    ["nobody", "Cedar-Harbor-42"],
  ])("shows the form again where the broker refuses %s", async (username, password) => {
    const { browser, connection, token } = await begun("demo.trader");
    const step = await browser.password(token, username, password);
    expect(step).toMatchObject({ kind: "again", code: "credentials_refused" });
    expect(await rowOf(world, connection)).toMatchObject({ status: "new", sealedSession: null });
    const right = await browser.password(token, "demo.trader", "Cedar-Harbor-42");
    expect((await confirmed(connection.id, right)).status).toBe("active");
  });

  const unsafe = [
    "",
    "a\r\nb",
    "a\nb",
    "a\0b",
    "a\tb\u007f",
    " a",
    "a ",
    "पासवर्ड",
    "😀",
    "é\u0301",
    "x".repeat(4097),
  ];
  it.each(unsafe.map((text) => [text]))("sends nothing where a header can't carry %j", async (text) => {
    const { browser, token } = await begun("demo.trader");
    const before = await callsAt(world, broker);
    for (const step of [
      await browser.password(token, "demo.trader", text),
      await browser.password(token, text, "Cedar-Harbor-42"),
    ])
      expect(step).toMatchObject({ kind: "again", code: "input_invalid" });
    expect(await callsAt(world, broker)).toBe(before);
    expect(JSON.stringify(world.signalled)).not.toContain(text === "" ? "Cedar" : JSON.stringify(text));
  });

  it("keeps the password sealed while it waits for the code, and not at all otherwise", async () => {
    const { connection, token, user } = await begun("demo.twofactor");
    const opened: unknown[] = [];
    const { store } = world;
    const attempts = {
      ...store.attempts,
      open: (...row: Parameters<typeof store.attempts.open>) => {
        opened.push(row[1]);
        return store.attempts.open(...row);
      },
    };
    const ports = { ...world.ports, store: { ...store, attempts } };
    const typed = { username: user.username, password: new Secret(user.password) };
    await submitPassword(ports, token, typed);
    expect(opened).toHaveLength(1);
    const sealed = Reflect.get(Object(opened[0]), "sealedAttempt") as Uint8Array;
    const stored = `${JSON.stringify(opened)}${Buffer.from(sealed).toString("latin1")}`;
    expect(stored).not.toContain(user.password);
    expect(stored).not.toContain(user.username);

    await submitPassword(ports, token, { ...typed, otp: new Secret(user.code()) });
    expect(opened).toHaveLength(1);
    expect((await rowOf(world, connection)).status).toBe("pending");
  });

  it("refuses a link of a broker that takes the browser, and the other way round", async () => {
    const zebu = await newConnection(world, { tenant: "t", broker: "zebu" });
    const own = await newConnection(world, at);
    const browser = newBrowser(world);
    expect(await refusal(browser.password(zebu.token, "ZP0001", "x"))).toBe("link_invalid");
    expect(await refusal(browser.begin(own.token))).toBe("link_invalid");
    expect(await browser.begin(zebu.token)).toContain("/zebu/");

    await browser.password(own.token, "demo.pin", "Juniper-Creek-31");
    expect(await refusal(browser.finish(at, callbackAt(at, "?code=x&state=x")))).toBe("login_unknown");
    expect(await browser.code(at, own.token, "0000")).toMatchObject({ kind: "ask_code", failed: true });
    expect(codeOf(await browser.password(own.token, "demo.trader", "Cedar-Harbor-42"))).not.toBe("");
  });
});
