import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accountPage } from "../../src/http/pages/account-page.js";
import { layout } from "../../src/http/pages/layout.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { newPerson } from "./support/person.js";
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

const hostile = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "'><svg onload=alert(1)>",
  "</title></main><form action=https://evil.example>",
  "&lt;b&gt; &amp; &#60;i&#62;",
  "<!--",
  "{{7*7}} `x` %3Cb%3E",
  "<base href=https://evil.example>",
];

/** The page's tags: what a name may not add to. */
const tagsOf = (text: string) => text.match(/<!?\/?[a-z-]+|<!--/gi);
const escaped = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

it.each(hostile)("shows the user and the account %s as text", async (name) => {
  const person = newPerson(server);
  for (const broker of ["zebu", "autoshares"]) {
    const plain = await person.open((await newLink(world, broker, { expectedAccount: "Plain" })).path);
    const link = await newLink(world, broker, { user: name, expectedAccount: name });
    const page = await person.open(link.path);
    expect(page.status).toBe(200);
    expect(tagsOf(page.text)).toEqual(tagsOf(plain.text));
    expect(page.text.split(escaped(name))).toHaveLength(3);
  }
});

it.each(hostile)("shows the user name %s again as text, after a refusal", async (username) => {
  const person = newPerson(server);
  const { path } = await newLink(world, "autoshares");
  const plain = await person.send(path, { username: "plain", password: "wrong" });
  const page = await person.send(path, { username, password: "wrong" });
  expect([plain.status, page.status]).toEqual([422, 422]);
  expect(tagsOf(page.text)).toEqual(tagsOf(plain.text));
  expect(page.field("username")).toBe(username);
});

it.each(hostile)("asks for the account %s as text, with what the form brings back in whole", async (text) => {
  const app = { name: "Ledger", logo: undefined, accent: null };
  const place = { brokerId: "zebu", broker: "Zebu", action: "/callback/zebu/handle" } as const;
  const view = { ...place, app, returnUrl: "https://app.example/" };
  const page = String(await layout(accountPage({ ...view, account: text, connection: text, secret: text })));
  const plain = String(await layout(accountPage({ ...view, account: "a", connection: "c", secret: "s" })));
  expect(tagsOf(page)).toEqual(tagsOf(plain));
  expect(page.split(escaped(text))).toHaveLength(4);
});

it("shows no account that a broken or foreign cookie names, and the true one's page is shown", async () => {
  const person = newPerson(server);
  const { id } = await newLink(world, "zebu");
  const place = "/callback/zebu/handle-acme-zebu/account";
  const cookie = "kunji_handle-acme-zebu_account";
  const value = (question: unknown) => Buffer.from(JSON.stringify(question)).toString("base64url");
  const good = { connection: id, account: "ZP0001", secret: "s" };
  const bad = [
    "",
    "%",
    "not-json",
    value(null),
    value([]),
    value("text"),
    value({ ...good, account: 7 }),
    value({ ...good, more: "x" }),
    value({ ...good, connection: "con_unknown" }),
    value({ ...good, connection: { id } }),
  ];
  for (const text of bad) {
    person.jar.set(cookie, text);
    expect((await person.open(place)).status).toBe(400);
  }
  person.jar.set(cookie, value(good));
  expect((await person.open(place.replace("/zebu/", "/rmoney/"))).status).toBe(400);
  expect((await person.open(place.replace("/zebu/", "/constructor/"))).status).toBe(400);
  expect((await person.open(place)).text).toContain("ZP0001");
});
