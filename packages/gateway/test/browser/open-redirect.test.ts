import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { newWorld, publicUrl, returnUrl, type TestWorld } from "../support/world.js";
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

/** Spellings that have led browsers elsewhere. */
const hosts = ["evil.example", "evil.example%2f", "app.example.evil.example", "app.example@evil.example"];
const spellings = hosts.flatMap((host) => [
  `https://${host}/connected`,
  `http://${host}`,
  `//${host}/`,
  `///${host}/`,
  `\\\\${host}\\`,
  `/\\${host}`,
  `https:${host}`,
  `https:/\\${host}`,
  `%2f%2f${host}`,
  `/%09/${host}`,
  `https://app.example/connected/../../${host}`,
  `https://app.example/connected#@${host}`,
  `https://app.example/connected?next=//${host}`,
  ` https://${host}`,
  `javascript:location='//${host}'`,
  `data:text/html,${host}`,
]);
const names = ["return_url", "returnUrl", "redirect_uri", "next", "return_to"];

const allowed = (location: string | undefined) =>
  location === undefined ||
  location.startsWith(`${world.sandboxUrl}/`) ||
  location.startsWith("/callback/zebu/handle-acme-zebu/account") ||
  location.startsWith(`${returnUrl}?connection=con_`);

it("A8 leads a browser to no place that a query, a form or a header names, in any of 64 spellings", async () => {
  expect(spellings).toHaveLength(64);
  const { username, password } = world.presets.autoshares.users[0];
  const seen: (string | undefined)[] = [];
  for (const [i, spelling] of spellings.entries()) {
    const person = newPerson(server);
    const wish = Object.fromEntries(names.map((name) => [name, spelling]));
    const query = `?${new URLSearchParams(wish)}`;
    const headers = {
      "x-forwarded-host": hosts[i % hosts.length] ?? "",
      "x-forwarded-proto": "https",
      forwarded: `host=${hosts[i % hosts.length]}`,
      referer: "https://evil.example/",
    };
    const zebu = await newLink(world, "zebu");
    const begun = await person.send(`${zebu.path}${query}`, wish, headers);
    const back = await world.logIn("zebu", begun.headers.location ?? "");
    const called = await person.open(`${back}&${query.slice(1)}`, headers);
    seen.push(begun.headers.location, called.headers.location);
    const question = await person.open("/callback/zebu/handle-acme-zebu/account", headers);
    if (question.status === 200) {
      const fields = { connection: question.field("connection"), secret: question.field("secret") };
      const done = await person.send(
        `${question.action}${query}`,
        { ...wish, ...fields, answer: "yes" },
        headers,
      );
      seen.push(done.headers.location);
    }
    const typed = await person.send(
      `${(await newLink(world, "autoshares")).path}${query}`,
      { ...wish, username, password },
      headers,
    );
    seen.push(typed.headers.location);
  }
  expect(seen.filter((location) => !allowed(location))).toEqual([]);
  const ends = seen.filter(
    (location) => location?.startsWith(`${returnUrl}?`) && location.includes("&code="),
  );
  expect(ends.length).toBeGreaterThanOrEqual(spellings.length);
}, 60_000);

it("leads by the link's own host whatever host the request names", async () => {
  const person = newPerson(server);
  const { path } = await newLink(world, "zebu");
  const own = await person.send(path);
  const forged = await person.send(path, {}, { "x-forwarded-host": "evil.example", "x-forwarded-port": "1" });
  const place = (location = "") => new URL(location).origin + new URL(location).pathname;
  expect(place(forged.headers.location)).toBe(place(own.headers.location));
  const foreign = await person.send(path, {}, { host: "evil.example" });
  expect([foreign.status, foreign.headers.location]).toEqual([421, undefined]);
  expect(world.ports.publicUrl).toBe(publicUrl);
});
