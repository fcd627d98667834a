import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isFromThisMachine } from "../../src/http/dashboard/demo-sign-in.js";
import { type DemoGateway, openDemo } from "../browser/support/demo-gateway.js";
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

it("lets a person who signs out stay out, and go on by a link", async () => {
  const { cookie = "" } = await ask("/sign-in");
  const page = await ask("/sign-in?out=1", {});
  expect([page.status, page.cookie]).toEqual([200, undefined]);
  expect(page.text).toContain('href="/sign-in?next=%2F"');
  expect((await ask("/", { cookie })).status).toBe(200);
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
