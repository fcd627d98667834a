import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { confirmConnection } from "../../src/flows/confirm-connection.js";
import { databases } from "../support/databases.js";
import { newWorld, returnUrl, type TestWorld } from "../support/world.js";
import { newPerson, type Person } from "./support/person.js";
import { newLink, serveBrowsers } from "./support/served.js";

const broker = "autoshares";
const [[, onFile]] = databases;
let world: TestWorld;
let server: FastifyInstance;
let person: Person;
let path: string;
let id: string;
beforeAll(async () => {
  world = await newWorld(await onFile());
  await world.addTenant("acme", [broker]);
  server = await serveBrowsers(world.ports);
});
afterAll(async () => {
  await server.close();
  await world.close();
});
beforeEach(async () => {
  person = newPerson(server);
  ({ id, path } = await newLink(world, broker));
});

interface User {
  readonly username: string;
  readonly password: string;
  readonly totp: string;
}

/** A ready user by what they are there for. */
async function userWho(about: RegExp): Promise<User> {
  const presets = await (await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/presets`)).json();
  const users: readonly (User & { about: string })[] = presets[broker].users;
  const found = users.find((user) => about.test(user.about));
  if (!found) throw new Error("the sandbox has no such user");
  return found;
}

const back = new RegExp(`^${returnUrl}\\?connection=con_[A-Za-z0-9]+&code=([A-Za-z0-9]{43})$`);
const logins = async () =>
  (await world.ledger(broker)).filter(({ method, path }) => method === "POST" && path.endsWith("/token"))
    .length;

async function becomesActive(location: string | undefined): Promise<void> {
  const code = back.exec(location ?? "")?.[1] ?? "";
  const made = await confirmConnection(world.ports, "acme", id, { code, user: "asha" });
  expect(made.status).toBe("active");
}

it("takes user name and password on the link's own page, and sends the browser back with a code", async () => {
  const { username, password } = await userWho(/password alone/);
  const page = await person.open(path);
  for (const name of ["username", "password", "otp"])
    expect(page.text).toMatch(
      new RegExp(`<label for="${name}">[^<]+</label>\\s*<input id="${name}" name="${name}"`),
    );
  const done = await person.send(page.action, { username, password, otp: "" });
  expect(done.status).toBe(303);
  await becomesActive(done.headers.location);
});

it("shows the form again after a wrong password, with the user name and without the password, and lets the next try in", async () => {
  const { username, password } = await userWho(/password alone/);
  const wrong = await person.send(path, { username, password: "mistyped-Zq7" });
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain("does not accept this user name or password: type them again");
  expect(wrong.field("username")).toBe(username);
  expect(wrong.text).not.toContain("mistyped-Zq7");
  const right = await person.send(wrong.action, { username, password });
  await becomesActive(right.headers.location);
});

it("sends nothing of a password that no header can carry, and says so", async () => {
  const { username, password } = await userWho(/password alone/);
  const before = await logins();
  const refused = await person.send(path, { username, password: `${password}\r\nEt-App-Key: other` });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain("holds a character that can&#39;t be sent");
  expect(await logins()).toBe(before);
  expect((await person.send(path, { username, password })).status).toBe(303);
  expect(await logins()).toBe(before + 1);
});

it("asks for the code that the broker wants, again after a wrong one, and the right one goes on", async () => {
  const { username, password, totp } = await userWho(/verification code/);
  const asked = await person.send(path, { username, password });
  expect(asked.status).toBe(200);
  expect(asked.action).toBe(`${path}/step`);
  expect(asked.text).toContain("Verification code");
  expect(person.jar.size).toBe(1);
  const wrong = await person.send(asked.action, { otp: totp === "000000" ? "111111" : "000000" });
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain("did not accept that: type it again");
  const done = await person.send(wrong.action, { otp: totp });
  expect(done.status).toBe(303);
  await becomesActive(done.headers.location);
  expect(person.jar.size).toBe(0);
});

it("sends a code that was typed at first along with the password's step", async () => {
  const { username, password, totp } = await userWho(/verification code/);
  const done = await person.send(path, { username, password, otp: totp });
  expect(done.status).toBe(303);
  await becomesActive(done.headers.location);
});

it("asks for a PIN in a field that hides it", async () => {
  const { username, password } = await userWho(/PIN/);
  const asked = await person.send(path, { username, password });
  expect(asked.text).toMatch(/<label for="otp">PIN<\/label>\s*<input id="otp" name="otp" type="password"/);
});

it("takes no code from another browser, and then still takes it from the one that was asked", async () => {
  const { username, password, totp } = await userWho(/verification code/);
  const asked = await person.send(path, { username, password });
  const before = await logins();
  const stranger = await newPerson(server).send(asked.action, { otp: totp });
  expect(stranger.status).toBe(400);
  expect(stranger.text).toContain("This browser has no such login open");
  expect(await logins()).toBe(before);
  expect((await person.send(asked.action, { otp: totp })).status).toBe(303);
});

it.each(["username", "password"])(
  "refuses a form without %s or with it twice, before anything is sent",
  async (name) => {
    const { username, password } = await userWho(/password alone/);
    const whole = { username, password };
    const before = await logins();
    const without = await person.send(path, { ...whole, [name]: "" });
    expect([without.status, without.text.includes("The form can’t be read")]).toEqual([400, true]);
    const body = `${new URLSearchParams(whole)}&${name}=other`;
    const twice = await server.inject({
      method: "POST",
      url: path,
      headers: {
        host: "127.0.0.1:4700",
        "sec-fetch-site": "same-origin",
        "content-type": "application/x-www-form-urlencoded",
      },
      payload: body,
    });
    expect(twice.statusCode).toBe(400);
    expect(twice.json()).toMatchObject({ code: "request_invalid", field: name });
    expect(await logins()).toBe(before);
    expect((await person.send(path, whole)).status).toBe(303);
  },
);
