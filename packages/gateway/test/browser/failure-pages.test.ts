import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeConnection } from "../../src/flows/close-connection.js";
import type { Ports } from "../../src/ports/ports.js";
import { StoreProblem } from "../../src/ports/store-problem.js";
import { databases } from "../support/databases.js";
import { newWorld, publicUrl, redirectBrokers, returnUrl, type TestWorld } from "../support/world.js";
import { newPerson, type Seen } from "./support/person.js";
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

/** The page without the request's own id. */
const words = ({ text }: Seen) => text.replaceAll(/req_[a-z0-9]+/g, "");
const heading = ({ text }: Seen) => /<h1>([^<]*)<\/h1>/.exec(text)?.[1];

async function begun(broker: string) {
  const person = newPerson(server);
  const link = await newLink(world, broker);
  const { headers } = await person.send(link.path);
  return { person, ...link, callback: await world.logIn(broker as "zebu", headers.location ?? "") };
}

it("answers every link that the gateway has not made with one and the same page", async () => {
  const person = newPerson(server);
  const good = await newLink(world, "zebu");
  const [head, body, signature] = good.path.slice("/connect/".length).split(".");
  const bad = [
    "/connect/nothing",
    `/connect/${head}.${body}.`,
    `/connect/${head}.${body}.${signature?.split("").reverse().join("")}`,
    `/connect/${"a".repeat(3_000)}`,
  ];
  const pages = await Promise.all(bad.map((path) => person.open(path)));
  expect(pages.map(({ status }) => status)).toEqual(bad.map(() => 400));
  expect(new Set(pages.map(words)).size).toBe(1);
  expect(heading(pages[0] as Seen)).toBe("This link no longer works");
  for (const path of bad) expect((await person.send(path)).status).toBe(400);
  expect((await person.open(good.path)).status).toBe(200);
});

it("leads back to the app from a link of its own that can't be used any more, and from no other", async () => {
  const person = newPerson(server);
  const { id, path } = await newLink(world, "zebu");
  const back = `<a href="${returnUrl}?connection=${id}&amp;error=link_invalid">Back to app.example</a>`;
  expect((await person.open(path)).text).not.toContain(back);
  await closeConnection(world.ports, "acme", id, null);
  const closed = await person.open(path);
  expect([closed.status, heading(closed)]).toEqual([400, "This link no longer works"]);
  expect(closed.text).toContain(back);
  expect((await person.open(`${path}x`)).text).not.toContain("Back to");
  const app = await world.store.apps.get("acme", "zebu");
  if (!app) throw new Error("the tenant has no such app");
  await world.store.apps.put("acme", { ...app, returnUrls: [`${returnUrl}/`], at: world.now() });
  expect((await person.open(path)).text).not.toContain("Back to");
  await world.store.apps.put("acme", { ...app, at: world.now() });
});

it("ends a link an hour after it was made, to the second", async () => {
  const person = newPerson(server);
  const { path } = await newLink(world, "zebu");
  world.advance(3_599_000);
  expect((await person.open(path)).status).toBe(200);
  world.advance(1_000);
  expect((await person.open(path)).status).toBe(400);
});

describe.each(redirectBrokers)("a forged callback of %s", (broker) => {
  it("is the same page whatever the forgery, leaves the cookie alone, and calls no broker", async () => {
    const { person, callback } = await begun(broker);
    const other = await begun("zebu");
    const cookie = [...person.jar][0] ?? ["", ""];
    const before = (await world.ledger(broker)).length;
    const own = callback.replace(publicUrl, "");
    const elsewhere = redirectBrokers.find((id) => id !== broker) ?? "";
    const ofNoApp = [
      await person.open(own.replace(`/callback/${broker}/`, `/callback/${elsewhere}/`)),
      await person.open(own.replace(`/callback/${broker}/`, "/callback/nobody/")),
      await person.open(own.replace(/handle-acme-[a-z]+/, "unknown-handle")),
      await person.open(own.replace(/handle-acme-[a-z]+/, "__proto__")),
    ];
    const forged = [
      await newPerson(server).open(own),
      await (broker === "zebu" ? newPerson(server) : other.person).open(own),
      await person.open(`/callback/${broker}/handle-acme-${broker}/account`),
      await person.send(`/callback/${broker}/handle-acme-${broker}`, {
        connection: "con_x",
        secret: "x",
        answer: "yes",
      }),
    ];
    const all = [...forged, ...ofNoApp];
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 400));
    expect(all.flatMap(({ setCookies }) => setCookies)).toEqual([]);
    expect(heading(forged[0] as Seen)).toBe("This browser has no such login open");
    // Where the address is an app's, the page leads back to it, and to no connection of anybody's.
    for (const { text } of forged) expect(text).toContain(`href="${returnUrl}?error=login_unknown"`);
    for (const { text } of ofNoApp) expect(text).not.toContain(returnUrl);
    expect([new Set(forged.map(words)).size, new Set(ofNoApp.map(words)).size]).toEqual([1, 1]);
    expect([...person.jar][0]).toEqual(cookie);
    expect((await world.ledger(broker)).length).toBe(before);

    expect((await person.open(callback)).status).toBe(303);
    expect(words(await person.open(callback))).toBe(words(forged[0] as Seen));
  });
});

it("tells programs as problem details what it tells people on a page", async () => {
  const person = newPerson(server);
  const page = await person.open("/connect/nothing");
  expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
  for (const accept of ["application/json", "*/*"]) {
    const { status, headers, text } = await person.open("/connect/nothing", { accept });
    expect([status, headers["content-type"]]).toEqual([400, "application/problem+json; charset=utf-8"]);
    expect(JSON.parse(text)).toMatchObject({ code: "link_invalid", request_id: headers["x-request-id"] });
  }
});

it("takes a form from its own pages only", async () => {
  const { person, path } = { person: newPerson(server), ...(await newLink(world, "ventura")) };
  const from: readonly Readonly<Record<string, string>>[] = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" },
    { "sec-fetch-site": "cross-site", origin: publicUrl },
    { "sec-fetch-site": "", origin: "null" },
  ];
  for (const headers of from) {
    const refused = await person.send(path, {}, headers);
    expect([refused.status, heading(refused)]).toEqual([403, "This form came from another site"]);
  }
  expect(person.jar.size).toBe(0);
  expect((await person.send(path)).status).toBe(303);
});

it("says that a broker can't be reached, on a page that says what to do", async () => {
  const person = newPerson(server);
  const steer = (method: string) =>
    world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/faults`, {
      method,
      headers: { "content-type": "application/json" },
      ...(method === "POST" && {
        body: JSON.stringify({ broker: "nuvama", fault: "internal-error", times: 9 }),
      }),
    });
  const faults = await steer("POST");
  expect(faults.status).toBeLessThan(300);
  // The vendor session on file is used where there is one: this app has none yet.
  await world.addTenant("fresh", ["nuvama"]);
  const fresh = await newLink(world, "nuvama", { tenant: "fresh" });
  const away = await person.send(fresh.path);
  await steer("DELETE");
  expect([away.status, heading(away)]).toEqual([502, "Nuvama can’t be reached"]);
  expect(away.text).toContain("Wait a few minutes, then try again.");
  expect((await person.send(fresh.path)).status).toBe(303);
});

it("says that the app's registration can't be used, and that its return URL is gone", async () => {
  const person = newPerson(server);
  const { path } = await newLink(world, "zebu");
  const app = await world.store.apps.get("acme", "zebu");
  if (!app) throw new Error("the tenant has no such app");
  const put = (change: object) => world.store.apps.put("acme", { ...app, ...change, at: world.now() });

  await put({ environment: "nowhere" });
  const unusable = await person.open(path);
  expect([unusable.status, heading(unusable)]).toEqual([409, "The app’s registration can’t be used"]);
  await put({ returnUrls: [`${returnUrl}/`] });
  const gone = await person.send(path);
  expect([gone.status, heading(gone)]).toEqual([400, "The app can’t take you back"]);
  await put({});
  expect((await person.send(path)).status).toBe(303);
});

it("answers 503 on each of its pages while the database is away, and never «unknown»", async () => {
  const { path } = await newLink(world, "zebu");
  const { person, callback } = await begun("zebu");
  let away = true;
  const gone = () => Promise.reject(new StoreProblem("store_unreachable", "The database can't be reached."));
  const blocked = <T extends object>(part: T): T =>
    new Proxy(part, {
      get: (target, name, receiver) => {
        const value = Reflect.get(target, name, receiver);
        if (typeof value === "object" && value !== null) return blocked(value);
        return away && typeof value === "function" && name !== "listen" ? gone : value;
      },
    });
  const ports: Ports = { ...world.ports, store: blocked(world.store) };
  const other = await serveBrowsers(ports);
  const browser = newPerson(other);
  for (const [name, value] of person.jar) browser.jar.set(name, value);
  const place = "/callback/zebu/handle-acme-zebu";
  const question = Buffer.from(JSON.stringify({ connection: "c", account: "a", secret: "s" }));
  browser.jar.set("kunji_handle-acme-zebu_account", question.toString("base64url"));
  const answers = [
    await browser.open(path),
    await browser.send(path),
    await browser.send(`${path}/step`, { otp: "1" }),
    await browser.open(callback),
    await browser.open(`${place}/account`),
    await browser.send(place, { connection: "con_x", secret: "s", answer: "yes" }),
  ];
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  expect(answers.map(heading)).toEqual(answers.map(() => "We can’t go on just now"));
  away = false;
  expect((await browser.open(path)).status).toBe(200);
  expect((await browser.open(callback)).headers.location).toBe(`${place}/account`);
  await other.close();
});
