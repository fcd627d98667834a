import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Ports } from "../../src/ports/ports.js";
import { databases } from "../support/databases.js";
import { newWorld, returnUrl, type TestWorld } from "../support/world.js";
import { newPerson, type Person, type Seen } from "./support/person.js";
import { newLink, serveBrowsers } from "./support/served.js";

const [[, onFile]] = databases;
let world: TestWorld;
let server: FastifyInstance;
beforeAll(async () => {
  world = await newWorld(await onFile());
  await world.addTenant("acme");
  server = await serveBrowsers(world.ports);
});
afterAll(async () => {
  await server.close();
  await world.close();
});

interface Walked {
  /** By what they are. */
  readonly pages: Readonly<Record<string, Seen>>;
  /** The answers that send the browser on. */
  readonly moves: readonly Seen[];
}

/** Every kind of page once, and every answer that sends the browser on. */
async function walk(person: Person): Promise<Walked> {
  const { username, password } = world.presets.autoshares.users[0];
  const zebu = await newLink(world, "zebu");
  const autoshares = await newLink(world, "autoshares");
  const presets = await (await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/presets`)).json();
  const second = presets.autoshares.users.find(({ about }: { about: string }) => /verification/.test(about));

  const begun = await person.send(zebu.path);
  const called = await person.open(await world.logIn("zebu", begun.headers.location ?? ""));
  const question = await person.open(called.headers.location ?? "");
  const declined = await person.send(question.action, {
    connection: question.field("connection"),
    secret: question.field("secret"),
    answer: "no",
  });
  const pages = {
    "the button": await person.open(zebu.path),
    "the account": question,
    "the password": await person.open(autoshares.path),
    "the password again": await person.send(autoshares.path, { username, password: "mistyped" }),
    "the code": await person.send(autoshares.path, {
      username: second.username,
      password: second.password,
    }),
    "a refused link": await person.open("/connect/nothing"),
    "a refused form": await person.send(zebu.path, {}, { "sec-fetch-site": "cross-site" }),
    "an unknown login": await person.open("/callback/zebu/nothing"),
  };
  const done = await person.send(autoshares.path, { username, password });
  return { pages, moves: [begun, called, declined, done] };
}

it("gives every page headers that leave no frame, no referrer, no copy and no foreign content", async () => {
  const { pages } = await walk(newPerson(server));
  for (const [name, { headers }] of Object.entries(pages)) {
    const policy = String(headers["content-security-policy"]).split("; ");
    expect(policy, name).toEqual([
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'self'",
      expect.stringMatching(/^form-action 'self'/),
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ]);
    expect(headers, name).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
  }
});

it("writes every page for readers: language, title, one heading, a label for each field, no script", async () => {
  const { pages } = await walk(newPerson(server));
  for (const [name, { text }] of Object.entries(pages)) {
    expect(text, name).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(text, name).toMatch(/<title>[^<]+<\/title>/);
    expect(text.match(/<h1>/g), name).toHaveLength(1);
    expect(text, name).not.toMatch(/<script|\son[a-z]+=|javascript:|style="/i);
    const fields = [...text.matchAll(/<input(?![^>]*type="hidden")[^>]*id="([^"]+)"/g)].map(([, id]) => id);
    const labels = [...text.matchAll(/<label for="([^"]+)"/g)].map(([, id]) => id);
    expect(labels, name).toEqual(fields);
    const links = [...text.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, to = ""]) => to);
    expect(
      links.every((to) => (to.startsWith("/") && !to.startsWith("//")) || to.startsWith(`${returnUrl}?`)),
      name,
    ).toBe(true);
  }
  expect(Object.values(pages).some(({ text }) => text.includes("<label"))).toBe(true);
});

it("sends a browser on by 303 alone, to an address that holds no broker's code, and leaves nothing to caches or referrers", async () => {
  const { moves } = await walk(newPerson(server));
  for (const { status, headers, text } of moves) {
    expect(status).toBe(303);
    expect(text).toBe("");
    expect(headers).toMatchObject({ "referrer-policy": "no-referrer", "cache-control": "no-store" });
  }
  const [begun, called, declined, done] = moves.map(({ headers }) => headers.location ?? "");
  expect(begun).toMatch(new RegExp(`^${world.sandboxUrl}/zebu/`));
  expect(called).toBe("/callback/zebu/handle-acme-zebu/account");
  expect(declined).toMatch(/^\/connect\/[\w.-]+\?said=account_declined$/);
  expect(done).toMatch(new RegExp(`^${returnUrl}\\?connection=con_\\w+&code=\\w{43}$`));
});

it("names where a form leads, and lets a live app's go on by https alone", async () => {
  await world.addTenant("live", ["ventura"]);
  const app = await world.store.apps.get("live", "ventura");
  if (!app) throw new Error("the tenant has no such app");
  await world.store.apps.put("live", { ...app, environment: "live", at: world.now() });
  const person = newPerson(server);
  const { path } = await newLink(world, "ventura", { tenant: "live" });
  const policyOf = async (link: string) =>
    String((await person.open(link)).headers["content-security-policy"]);
  const back = new URL(returnUrl).origin;
  expect(await policyOf(path)).toContain(
    `form-action 'self' https://easeapi.venturasecurities.com ${back} https:;`,
  );
  const atSandbox = await policyOf((await newLink(world, "zebu")).path);
  expect(atSandbox).toContain(`form-action 'self' ${world.sandboxUrl} ${back} https: http:;`);
  expect(await policyOf("/connect/nothing")).toContain("form-action 'self';");
});

it.each([
  ["http://127.0.0.1:4700", "kunji_handle-acme-zebu", ""],
  ["https://kunji.example", "__Host-kunji_handle-acme-zebu", "; Secure"],
])(
  "binds a browser at %s by cookies that only this host and no script can read",
  async (publicUrl, name, secure) => {
    const ports: Ports = { ...world.ports, publicUrl };
    const other = await serveBrowsers(ports);
    const { path } = await newLink({ ports }, "zebu");
    const host = new URL(publicUrl).host;
    const person = newPerson(other);
    const begun = await person.send(path, {}, { host });
    const value = "[A-Za-z0-9_.-]+";
    const form = (cookie: string) =>
      new RegExp(`^${cookie}=${value}; Max-Age=600; Path=/; HttpOnly${secure}; SameSite=Lax$`);
    expect(begun.setCookies).toEqual(
      [form(name), form(`${name}_link`)].map((each) => expect.stringMatching(each)),
    );
    const back = await world.logIn("zebu", begun.headers.location ?? "");
    const called = await person.open(new URL(back).pathname + new URL(back).search, { host });
    expect(called.setCookies).toEqual([expect.stringMatching(form(`${name}_account`))]);
    await other.close();
  },
);

it("serves its one stylesheet to anybody", async () => {
  const { status, headers, text } = await newPerson(server).open("/style.css");
  expect([status, headers["content-type"]]).toEqual([200, "text/css; charset=utf-8"]);
  expect(text).toContain("prefers-color-scheme: dark");
  expect(text).not.toMatch(/url\(|@import/);
});

it("uses no login up for a HEAD request", async () => {
  const person = newPerson(server);
  const { path } = await newLink(world, "ventura");
  await world.addTenant("acme", ["ventura"]);
  const begun = await person.send(path);
  const back = (await world.logIn("ventura", begun.headers.location ?? "")).replace(
    world.ports.publicUrl,
    "",
  );
  const [[name, value] = ["", ""]] = person.jar;
  const head = await server.inject({
    method: "HEAD",
    url: back,
    headers: { host: "127.0.0.1:4700", cookie: `${name}=${value}` },
  });
  expect(head.statusCode).toBe(405);
  expect((await person.open(back)).headers.location).toContain("code=");
});
