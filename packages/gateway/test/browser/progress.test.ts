import { request } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { newWorld, type TestWorld } from "../support/world.js";
import { typedFields } from "./support/real-person.js";
import { openThreeSites, type ThreeSites } from "./support/three-sites.js";

const [[, onFile]] = databases;
let world: TestWorld;
let sites: ThreeSites;
beforeAll(async () => {
  world = await newWorld(await onFile());
  sites = await openThreeSites(world, { progressAfterMs: 50, timeoutMs: 2_000 });
}, 60_000);
afterAll(async () => {
  await sites.close();
  await world.close();
});

interface Part {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What has come so far, each time more came. */
  readonly parts: readonly string[];
}

/** A request as a browser makes it; the parts of the answer apart, as they come. */
function ask(address: string, cookie = "", fields?: Readonly<Record<string, string>>): Promise<Part> {
  const { port, pathname, search, host } = new URL(address);
  const parts: string[] = [];
  return new Promise((done, fail) => {
    const call = request({
      host: "127.0.0.1",
      port,
      path: pathname + search,
      method: fields ? "POST" : "GET",
      headers: {
        host,
        accept: "text/html",
        cookie,
        ...(fields && {
          "sec-fetch-site": "same-origin",
          "content-type": "application/x-www-form-urlencoded",
        }),
      },
    });
    call.on("error", fail);
    call.on("response", (answer) => {
      answer.on("data", (part) => parts.push(String(part)));
      answer.on("end", () => done({ status: answer.statusCode ?? 0, headers: answer.headers, parts }));
    });
    call.end(fields && new URLSearchParams(fields).toString());
  });
}

const cookiesOf = ({ headers }: Part): string =>
  [headers["set-cookie"] ?? []]
    .flat()
    .map((line) => line.split(";")[0])
    .join("; ");

const refresh = /<meta http-equiv="refresh" content="0;url=([^"]+)">/;
const target = ({ parts }: Part): string =>
  (refresh.exec(parts.join(""))?.[1] ?? "").replaceAll("&amp;", "&");

/** Where an answer leads the browser, whichever way. */
const leads = (answer: Part): string => String(answer.headers.location ?? target(answer));

/** A login that is about to come back from a broker. */
async function comingBack(broker: "ventura" | "zebu") {
  const link = await sites.link(broker);
  const begun = await ask(link, "", {});
  const callback = await world.logIn(broker, leads(begun));
  return { link, callback, cookie: cookiesOf(begun) };
}

const slow = (broker: string) => sites.fault({ broker, fault: "slow", delay: "400ms", times: 1 });
it("shows at once that a slow login is being finished, and then leads to the app without a script", async () => {
  const { callback, cookie } = await comingBack("ventura");
  await slow("ventura");
  const answer = await ask(callback, cookie);
  expect(answer.status).toBe(200);
  const [first = "", ...rest] = answer.parts;
  expect(rest.length).toBeGreaterThan(0);
  expect(answer.parts.slice(0, -1).join("")).toContain("One moment");
  expect(first).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(first).not.toMatch(refresh);
  expect(target(answer)).toMatch(/^http:\/\/app\.localhost:\d+\/back\?connection=\w+&code=\w{43}$/);
  expect(answer.headers).toMatchObject({
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": expect.stringMatching(
      /^default-src 'none';.*form-action 'self' http:\/\/app\.localhost:\d+ https: http:;/,
    ),
  });
});

it("asks for the account on the same page where the login was slow, and takes the answer", async () => {
  const { callback, cookie } = await comingBack("zebu");
  await slow("zebu");
  const answer = await ask(callback, cookie);
  const page = answer.parts.join("");
  expect([answer.status, page.includes("Is this your account?")]).toEqual([200, true]);
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1] ?? "";
  const fields = { connection: field("connection"), secret: field("secret"), answer: "yes" };
  const [, action = ""] = /action="([^"]+)"/.exec(page) ?? [];
  const stranger = await ask(`${sites.gateway}${action}`, "", fields);
  expect(stranger.status).toBe(400);
  const done = await ask(`${sites.gateway}${action}`, cookie, fields);
  expect(leads(done)).toMatch(/\/back\?connection=\w+&code=\w{43}$/);
});

it("leads back to the link's page where a slow login fails, and tells it as a page of its own where there is no link", async () => {
  const one = await comingBack("ventura");
  await sites.fault({ broker: "ventura", fault: "slow", delay: "3s", times: 1 });
  const failed = await ask(one.callback, one.cookie);
  expect(target(failed)).toBe(`${new URL(one.link).pathname}?said=timed_out`);
  expect((await ask(`${sites.gateway}${target(failed)}`)).parts.join("")).toContain("does not answer");
  const other = await comingBack("ventura");
  await sites.fault({ broker: "ventura", fault: "slow", delay: "3s", times: 1 });
  const bare = await ask(other.callback, other.cookie.split("; ")[0]);
  expect(target(bare)).toMatch(/\/back\?connection=\w+&error=timed_out$/);
});

it("gives the cookie of a second step ahead of it, so that its form works where the first was slow", async () => {
  const link = await sites.link("autoshares");
  const { username, password, otp } = await typedFields(world, "autoshares", /verification code/);
  await slow("autoshares");
  const asked = await ask(link, "", { username, password });
  const page = asked.parts.join("");
  expect([asked.status, page.includes("One moment"), page.includes("One more step")]).toEqual([
    200,
    true,
    true,
  ]);
  const done = await ask(`${link}/step`, cookiesOf(asked), { otp });
  expect(leads(done)).toMatch(/\/back\?connection=\w+&code=\w{43}$/);
});
