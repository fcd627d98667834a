import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureDeploymentPrograms } from "../deployment-programs.mjs";
import { newDeployment } from "./support/deployment.mjs";
import { relayedSandbox } from "./support/relayed-sandbox.mjs";

const returnUrl = "https://app.example/connected";
const key = "a-key-of-the-deployment-with-more-than-thirty-two-characters";

let sandbox;
let deployment;
/** What may stand in no log. */
const secrets = [key];

async function addApp() {
  const { redirect_url: _, ...keys } = (await sandbox.ask("GET", "/_sandbox/presets")).zebu.apps.gateway;
  const body = { broker: "zebu", environment: "sandbox", keys, return_urls: [returnUrl] };
  const app = await deployment.api("PUT", "/v1/apps/zebu", body);
  expect([app.status, app.text]).toEqual([200, expect.any(String)]);
  await sandbox.ask("POST", "/zebu/portal/apps/zebu-gateway", { redirect_url: app.json.callback_url });
}

/** A browser that keeps cookies and follows no redirect. */
function newBrowser() {
  const jar = new Map();
  return async (method, address, fields) => {
    const { pathname, search } = new URL(address, deployment.origin);
    const headers = {
      accept: "text/html",
      cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
      ...(fields && { origin: deployment.origin, "content-type": "application/x-www-form-urlencoded" }),
    };
    const body = fields && new URLSearchParams(fields).toString();
    const answer = await deployment.send(method, pathname + search, { headers, body });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      jar.set(name, value);
      secrets.push(value);
    }
    return answer;
  };
}

const fieldOf = (text, name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1];

/** A connection that is active, each step by whichever gateway nginx chooses. */
async function connect() {
  const browse = newBrowser();
  const made = (
    await deployment.api("POST", "/v1/connections", { app: "zebu", user: "asha", return_url: returnUrl })
  ).json;
  await browse("GET", made.connect_url);
  const begun = await browse("POST", made.connect_url, {});
  const parameters = Object.fromEntries(new URL(begun.headers.location).searchParams);
  const { redirect } = await sandbox.ask("POST", "/_sandbox/zebu/login", {
    ...parameters,
    username: "ZP0001",
  });
  const question = await browse("GET", (await browse("GET", redirect)).headers.location);
  const secret = fieldOf(question.text, "secret");
  const back = new URL(redirect).pathname;
  const done = await browse("POST", back, { connection: made.id, secret, answer: "yes" });
  const code = new URL(done.headers.location).searchParams.get("code");
  secrets.push(new URL(made.connect_url).pathname.slice("/connect/".length), code, secret);
  secrets.push(...new URL(redirect).searchParams.values());
  const confirmed = await deployment.api("POST", `/v1/connections/${made.id}/confirm`, {
    code,
    user: "asha",
  });
  return { id: made.id, status: confirmed.json.status };
}

/** A call that nobody knows: it counts as an order, whatever its method. */
const callOf = (id) => `/v1/connections/${id}/proxy/NorenWClientAPI/Count`;

/** Does it again and again, several at once, until the work is done. What failed is told. */
async function meanwhile(work, several, one) {
  let going = true;
  const failed = [];
  let done = 0;
  const loops = Array.from({ length: several }, async (_, i) => {
    for (let n = 0; going; n++)
      await one(`${i}-${n}`).then(
        (wrong) => {
          done++;
          if (wrong !== undefined) failed.push(wrong);
        },
        (error) => failed.push(error.message),
      );
  });
  try {
    await work();
  } finally {
    going = false;
    await Promise.all(loops);
  }
  return { done, failed };
}

beforeAll(async () => {
  ensureDeploymentPrograms();
  sandbox = await relayedSandbox();
  deployment = await newDeployment({
    DATABASE_URL: undefined,
    KUNJI_API_KEY: key,
    KUNJI_SANDBOX_URL: sandbox.url,
    KUNJI_ORDERS_PER_SECOND: "off",
    KUNJI_RATE_PER_ADDRESS: "60",
  });
  const { status, text } = await deployment.up();
  expect([status, text]).toEqual([0, expect.stringContaining("nginx listens")]);
  await addApp();
}, 240_000);

afterAll(async () => {
  await deployment?.end();
  await sandbox?.close();
}, 120_000);

describe("three gateways behind nginx", () => {
  it("finish at one what was begun at another, without any affinity", async () => {
    // Each of nginx's workers takes turns by itself: one login alone may meet the same gateway twice.
    const pairs = [];
    for (let i = 0; i < 6; i++) {
      expect((await connect()).status).toBe("active");
      const log = deployment.log().filter(({ status }) => Number(status) < 400);
      const begun = log.filter(({ method, path }) => method === "POST" && path === "/connect/-").at(-1);
      const back = log.filter(({ path }) => /^\/callback\/zebu\/[^/]+$/.test(path)).at(-2);
      pairs.push([begun.upstream, back.upstream]);
    }
    const used = new Set(pairs.flat());
    expect([...used].every((at) => /^127\.0\.0\.1:\d+$/.test(at))).toBe(true);
    expect(used.size).toBeGreaterThan(1);
    expect(pairs.filter(([begun, back]) => begun !== back)).not.toEqual([]);
    expect(new Set(deployment.log().map(({ upstream }) => upstream)).size).toBeGreaterThanOrEqual(3);
  }, 60_000);

  it("are found sound by doctor, through nginx", async () => {
    const { text } = await deployment.deploy("run", "doctor");
    expect(text).toContain(`✓ public URL ${deployment.origin} answers, and is this installation's.`);
    expect(text).not.toContain("✗");
  }, 60_000);

  it("take bodies up to their own limit, and say by themselves that one is too large", async () => {
    const { id } = await connect();
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const body = JSON.stringify({ tag: "large", fill: "x".repeat(9 * 2 ** 20) });
    const path = callOf(id);
    expect((await deployment.send("POST", path, { headers, body })).status).toBe(200);
    const tooLarge = JSON.stringify({ fill: "x".repeat(10 * 2 ** 20) });
    const refused = await deployment.send("POST", path, { headers, body: tooLarge });
    expect([refused.status, refused.headers["kunji-answer-from"]]).toEqual([413, "gateway"]);
  }, 60_000);

  it("lose nothing that was acknowledged and send no order twice when one of them is killed", async () => {
    const { id } = await connect();
    const [victim] = deployment.ports;
    const acknowledged = { orders: [], connections: [] };
    sandbox.counted.length = 0;
    sandbox.takes.ms = 1_000;
    const orders = async (tag) => {
      // By its own rules nginx would send such a call once more, to another gateway.
      const order = await deployment.api("DELETE", `${callOf(id)}?tag=${tag}`);
      if (order.status !== 200) return order.status;
      acknowledged.orders.push(tag);
    };
    const connections = async (user) => {
      const made = await deployment.api("POST", "/v1/connections", {
        app: "zebu",
        user,
        return_url: returnUrl,
      });
      if (made.status !== 201) return made.status;
      acknowledged.connections.push(made.json.id);
    };
    let load;
    await meanwhile(
      async () => {
        load = await meanwhile(
          async () => {
            // At each of the three some are with the broker.
            for (let left = 200; left > 0 && (sandbox.counted.length < 24 || sandbox.underWay() < 10); left--)
              await wait(50);
            process.kill(deployment.pidOf(victim), "SIGKILL");
            await wait(1_500);
          },
          12,
          orders,
        );
      },
      2,
      connections,
    );
    sandbox.takes.ms = 100;
    const twice = sandbox.counted.filter((tag, i) => sandbox.counted.indexOf(tag) !== i);
    expect(twice).toEqual([]);
    expect(acknowledged.orders.length).toBeGreaterThan(15);
    // Some were on their way when it ended: else this would show nothing.
    expect(load.failed.filter((status) => status === 502).length).toBeGreaterThan(0);
    expect(acknowledged.connections.length).toBeGreaterThan(3);
    expect(acknowledged.orders.filter((tag) => !sandbox.counted.includes(tag))).toEqual([]);
    for (const made of acknowledged.connections)
      expect((await deployment.api("GET", `/v1/connections/${made}`)).status).toBe(200);
    expect((await deployment.up()).status).toBe(0);
    expect(deployment.pidOf(victim)).toBeGreaterThan(0);
  }, 120_000);

  it("answer every request while nginx is reloaded and they are restarted one after the other", async () => {
    const { id } = await connect();
    const before = deployment.ports.map(deployment.pidOf);
    sandbox.counted.length = 0;
    let restarted;
    const load = await meanwhile(
      async () => {
        restarted = await deployment.deploy("restart");
      },
      3,
      async (tag) => {
        const order = await deployment.api("POST", `${callOf(id)}?tag=${tag}`, {});
        const made = await deployment.api("POST", "/v1/connections", {
          app: "zebu",
          user: tag,
          return_url: returnUrl,
        });
        const read = await deployment.api("GET", `/v1/connections/${made.json?.id}`);
        const statuses = [order.status, made.status, read.status].join();
        return statuses === "200,201,200" ? undefined : statuses;
      },
    );
    expect(restarted).toMatchObject({ status: 0 });
    expect(load.failed).toEqual([]);
    expect(load.done).toBeGreaterThan(10);
    expect(sandbox.counted).toHaveLength(load.done);
    expect(deployment.ports.map(deployment.pidOf).filter((pid) => before.includes(pid))).toEqual([]);
  }, 180_000);

  it("count a caller by the address that nginx sees, whatever it says of itself", async () => {
    const asked = Array.from({ length: 240 }, (_, i) => `203.0.113.${i}`);
    const statuses = [];
    for (const address of asked) {
      const headers = { "x-forwarded-for": address, forwarded: `for=${address}` };
      statuses.push((await deployment.send("GET", "/v1/brokers", { headers })).status);
    }
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
  }, 60_000);

  it("and nginx write no secret into a log", () => {
    const logged = deployment.logged();
    expect(logged).toContain("GET /connect/- 200");
    expect(secrets.length).toBeGreaterThan(10);
    expect(secrets.filter((secret) => secret.length > 7 && logged.includes(secret))).toEqual([]);
  });
});
