import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isFromThisMachine } from "../../src/http/dashboard/demo-sign-in.js";
import { type DemoGateway, openDemo } from "../browser/support/demo-gateway.js";
import { newPerson } from "../browser/support/person.js";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";

let world: TestWorld;
let demo: DemoGateway;
beforeAll(async () => {
  world = await newWorld(await databases[0][1]());
  demo = await openDemo(world);
});
afterAll(async () => {
  await demo.close();
  await world.close();
});

interface Seen {
  readonly status: number;
  readonly location: string | undefined;
  readonly cookie: string | undefined;
  readonly text: string;
}

const ask = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(demo.url);
    const asked = request(
      { hostname, port, path, headers: { accept: "text/html", ...headers } },
      (answer) => {
        let text = "";
        answer.on("data", (part) => {
          text += part;
        });
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            location: answer.headers.location,
            cookie: answer.headers["set-cookie"]?.[0]?.split(";")[0],
            text,
          }),
        );
      },
    );
    asked.on("error", reject);
    asked.end();
  });

it("signs the person before the machine in by itself, and leads on to the page that was asked for", async () => {
  const asked = await ask("/settings");
  expect([asked.status, asked.location]).toEqual([303, "/sign-in?next=%2Fsettings"]);
  const { status, location, cookie = "" } = await ask(asked.location ?? "");
  expect([status, location]).toEqual([303, "/settings"]);
  const page = await ask("/settings", { cookie });
  expect(page.status).toBe(200);
  expect(page.text).toMatch(/Signed in as <\/span><strong>operator</);
  expect(page.text).toContain("Demo with the sandbox");
});

it.each([
  ["x-forwarded-for", "203.0.113.7"],
  ["x-forwarded-for", "127.0.0.1"],
  ["x-forwarded-host", "demo.example"],
  ["x-forwarded-proto", "https"],
  ["x-real-ip", "127.0.0.1"],
  ["forwarded", "for=127.0.0.1"],
  ["via", "1.1 tunnel"],
  ["x-forwarded-server", "tunnel.example"],
  ["cf-connecting-ip", "203.0.113.7"],
  ["true-client-ip", "203.0.113.7"],
  ["client-ip", "203.0.113.7"],
  ["fly-client-ip", "203.0.113.7"],
])("asks for a password where something has handed the request on: %s: %s", async (name, value) => {
  const page = await ask("/sign-in", { [name]: value });
  expect([page.status, page.cookie]).toEqual([200, undefined]);
  expect(page.text).toContain('name="password"');
  expect((await ask("/sign-in")).status).toBe(303);
});

it.each(["demo.example", "evil.example:4700", "127.0.0.1.evil.example"])(
  "answers nobody under the host name %s",
  async (host) => {
    const page = await ask("/sign-in", { host });
    expect([page.status, page.cookie]).toEqual([421, undefined]);
  },
);

it("takes loopback addresses alone for this machine, under names of loopback alone", () => {
  const from = (remoteAddress: string, host: string) =>
    isFromThisMachine({ raw: { socket: { remoteAddress }, headers: { host } } } as never);
  expect(from("127.0.0.1", "127.0.0.1:4700")).toBe(true);
  expect(from("::ffff:127.0.0.1", "localhost")).toBe(true);
  expect(from("::1", "[::1]:4700")).toBe(true);
  const outside = Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one && !one.internal ? [one.address] : []));
  for (const address of [...outside, "10.0.0.2", "203.0.113.7", "::ffff:10.0.0.2", "0.0.0.0", ""])
    expect([address, from(address, "127.0.0.1:4700")]).toEqual([address, false]);
  for (const host of ["kunji.example", "127.0.0.1.evil.example", "localhost.evil", "evil@localhost", ""])
    expect([host, from("127.0.0.1", host)]).toEqual([host, false]);
});

it.each([
  ["sec-fetch-site", "cross-site", "same-origin"],
  ["sec-fetch-site", "odd", "none"],
  ["sec-fetch-mode", "no-cors", "navigate"],
  ["sec-fetch-mode", "cors", "navigate"],
  ["sec-fetch-dest", "image", "document"],
  ["sec-fetch-dest", "iframe", "document"],
])("signs nobody in by another site's doing, nor for a part of a page: %s: %s", async (name, value, own) => {
  const sent = { "sec-fetch-site": "same-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const page = await ask("/sign-in", { ...sent, [name]: value });
  expect([page.status, page.cookie]).toEqual([200, undefined]);
  expect(page.text).toContain("Go on with the demo as operator");
  expect((await ask("/sign-in", { ...sent, [name]: own })).status).toBe(303);
});

it("lets a person who signs out stay out until they press the button", async () => {
  const person = newPerson(demo.server);
  // The host is asked for, as in a browser.
  const host = { host: new URL(demo.url).host };
  expect((await person.open("/sign-in", host)).status).toBe(303);
  expect((await person.open("/settings", host)).status).toBe(200);
  expect((await person.send("/sign-out", {}, host)).headers.location).toBe("/sign-in?out=1");
  for (const path of ["/sign-in?out=1", "/sign-in", "/sign-in?next=%2Fsettings", "/sign-in?again=1"]) {
    const page = await person.open(path, host);
    expect([path, page.status, page.setCookies]).toEqual([path, 200, []]);
    expect(page.text).toContain("Go on with the demo as operator");
  }
  expect((await person.open("/settings", host)).status).toBe(303);
  const on = await person.send("/sign-in?demo=yes", { next: "/settings" }, host);
  expect([on.status, on.headers.location]).toEqual([303, "/settings"]);
  expect((await person.open("/settings", host)).status).toBe(200);
  // From then on it signs in by itself again.
  person.jar.delete("kunji_operator");
  expect((await person.open("/sign-in", host)).status).toBe(303);
});

it("takes the button from its own pages alone, and from no other machine", async () => {
  const host = { host: new URL(demo.url).host };
  const press = (headers: Readonly<Record<string, string>>) =>
    newPerson(demo.server).send("/sign-in?demo=yes", { next: "/" }, { ...host, ...headers });
  expect((await press({})).setCookies.join()).toContain("kunji_operator=");
  const foreign = await press({ "sec-fetch-site": "cross-site" });
  expect([foreign.status, foreign.setCookies]).toEqual([403, []]);
  const handedOn = await press({ "cf-connecting-ip": "203.0.113.7" });
  expect([handedOn.headers.location, handedOn.setCookies]).toEqual(["/sign-in?next=%2F", []]);
});

it("goes around no second factor", async () => {
  const { store } = demo.ports;
  const operator = await store.waysIn.operator("operator");
  if (!operator) throw new Error("there is no operator");
  const { tenant, id } = operator;
  const host = { host: new URL(demo.url).host };
  const press = () => newPerson(demo.server).send("/sign-in?demo=yes", { next: "/" }, host);
  await store.operators.changeTotp(tenant, id, { sealedTotp: new Uint8Array([1]), totpUsedStep: 0 });
  const page = await ask("/sign-in");
  expect([page.status, page.cookie]).toEqual([200, undefined]);
  expect(page.text).not.toContain("Go on with the demo");
  expect((await press()).setCookies).toEqual([]);
  await store.operators.changeTotp(tenant, id, { sealedTotp: null, totpUsedStep: 0 });
  expect((await ask("/sign-in")).status).toBe(303);
  expect((await press()).setCookies).not.toEqual([]);
});

it("signs nobody in by itself where the demo is off", async () => {
  const plain = await openDemo(world, { demo: false });
  const { status, text } = await fetch(`${plain.url}/sign-in`).then(async (answer) => ({
    status: answer.status,
    text: await answer.text(),
  }));
  expect(status).toBe(200);
  expect(text).toContain('name="password"');
  expect(text).not.toContain("Go on with the demo");
  await plain.close();
});
