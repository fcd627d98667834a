import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLog } from "../../src/adapters/signals/pino-log.js";
import { freePort } from "../../src/free-port.js";
import { openGateway } from "../../src/gateway.js";
import { readSettings } from "../../src/settings.js";
import { why } from "../../src/why-not-started.js";
import { cookieName, signedIn } from "../dashboard/support/signed-in.js";
import { routeTable } from "../http/support/route-table.js";
import { newPostgres } from "../support/postgres.js";
import { returnUrl } from "../support/world.js";
import { connectAccount, logInAccount } from "./support/connect-account.js";
import { openRelay } from "./support/database-relay.js";
import { type Ask, openWhole } from "./support/whole-gateway.js";

type Env = Readonly<Record<string, string>>;

const listens = (port: number) =>
  new Promise<boolean>((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => done(true)).on("error", () => done(false));
    socket.on("connect", () => socket.destroy());
  });

async function start(env: Env) {
  const log = createLog({ level: "silent" });
  return openGateway({ settings: readSettings(env), version: "0.0.0", background: false, log });
}

const key = Buffer.alloc(32, 7).toString("base64");
const marker = "Wq83xZmarkedKt55";

describe("a gateway whose configuration is broken", () => {
  let folder: string;
  let port: number;
  /** Settings that are whole. */
  let whole: Env;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kunji-broken-"));
    port = await freePort("127.0.0.1");
    const keys = join(folder, "keys");
    await writeFile(keys, `k1:${key}\n`, { mode: 0o600 });
    whole = { KUNJI_PORT: String(port), KUNJI_DATA: join(folder, "data"), KUNJI_KEY_FILE: keys };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const file = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const keyFile = async (text: string) => ({ KUNJI_KEY_FILE: await file("other", text) });

  const flaws: readonly (readonly [string, () => Promise<Env>])[] = [
    ["a port that is none", async () => ({ KUNJI_PORT: "70000" })],
    ["an address for everybody without a public URL", async () => ({ KUNJI_HOST: "0.0.0.0" })],
    [
      "an address for everybody with a public URL in the clear",
      async () => ({ KUNJI_HOST: "0.0.0.0", KUNJI_PUBLIC_URL: "http://kunji.example" }),
    ],
    ["a public URL that is none", async () => ({ KUNJI_PUBLIC_URL: marker })],
    ["a public URL with a path", async () => ({ KUNJI_PUBLIC_URL: "https://kunji.example/x" })],
    ["an API key that is too short", async () => ({ KUNJI_API_KEY: marker })],
    ["proxies that are no addresses", async () => ({ KUNJI_TRUSTED_PROXIES: marker })],
    ["a database that is none", async () => ({ DATABASE_URL: marker })],
    [
      "a database that does not answer",
      async () => ({ DATABASE_URL: `postgres://u:${marker}@127.0.0.1:1/x` }),
    ],
    ["a data folder that is a file", async () => ({ KUNJI_DATA: await file("data-file", "") })],
    ["a key file that is not there", async () => ({ KUNJI_KEY_FILE: join(folder, "nothing") })],
    ["an empty key file", () => keyFile("")],
    ["a key of 31 bytes", () => keyFile(`k1:${Buffer.alloc(31, 7).toString("base64")}\n`)],
    ["a key of nothing but zeros", () => keyFile(`k1:${Buffer.alloc(32).toString("base64")}\n`)],
    ["a key file with a marked text in it", () => keyFile(marker)],
    [
      "a key file that others may read",
      async () => {
        const path = await file("open", `k1:${key}\n`);
        await chmod(path, 0o644);
        return { KUNJI_KEY_FILE: path };
      },
    ],
    ["environments that are no JSON", async () => ({ KUNJI_ENVIRONMENTS: await file("e", marker) })],
    ["market days that are no JSON", async () => ({ KUNJI_MARKET_DAYS: await file("m", marker) })],
    ["a rate that is no number", async () => ({ KUNJI_RATE_PER_KEY: marker })],
    ["a moment of the evening that is none", async () => ({ KUNJI_EVENING: "25:00" })],
    ["webhook targets of no kind", async () => ({ KUNJI_WEBHOOK_TARGETS: marker })],
    ["a demo without a sandbox", async () => ({ KUNJI_DEMO: "on" })],
    ["a demo for everybody", async () => ({ KUNJI_DEMO: "on", KUNJI_HOST: "0.0.0.0" })],
  ];

  it.each(flaws)(
    "does not listen with %s, and says why in a sentence without the setting; without the flaw it listens",
    async (_, flaw) => {
      const broken = { ...whole, ...(await flaw()) };
      const reason = await start(broken).then(
        async (gateway) => {
          await gateway.close();
          return "It listened.";
        },
        (error: unknown) => why(error, port),
      );
      expect(reason).toMatch(/^[A-Z/].{20,}(?:\.|chmod 600|base64 32)$/s);
      expect(reason).not.toBe("It listened.");
      expect(reason).not.toContain("unknown reason");
      expect(reason).not.toContain(marker);
      expect(await listens(port)).toBe(false);

      const gateway = await start(whole);
      expect(await listens(port)).toBe(true);
      await gateway.close();
      expect(await listens(port)).toBe(false);
    },
  );

  it("does not listen with another key than the one that sealed what is stored", async () => {
    await (await start(whole)).close();
    const other = await keyFile(`k1:${Buffer.alloc(32, 9).toString("base64")}\n`);
    expect(await start({ ...whole, ...other }).catch((error: unknown) => why(error, port))).toMatch(/key/i);
    expect(await listens(port)).toBe(false);
    const gateway = await start(whole);
    expect(await listens(port)).toBe(true);
    await gateway.close();
  });

  it("does not listen beside another gateway on the same file, which goes on", async () => {
    const first = await start(whole);
    const second = await freePort("127.0.0.1");
    const refused = await start({ ...whole, KUNJI_PORT: String(second) }).catch((error: unknown) =>
      why(error, second),
    );
    expect(refused).toMatch(/in use|another gateway/i);
    expect([await listens(port), await listens(second)]).toEqual([true, false]);
    await first.close();
    const alone = await start({ ...whole, KUNJI_PORT: String(second) });
    expect(await listens(second)).toBe(true);
    await alone.close();
  });

  it("does not start on a port that is taken, and leaves its database free", async () => {
    await mkdir(join(folder, "elsewhere"));
    const first = await start({ ...whole, KUNJI_DATA: join(folder, "elsewhere") });
    const refused = await start(whole).catch((error: unknown) => why(error, port));
    expect(refused).toContain(`Port ${port} is in use`);
    await first.close();
    await (await start(whole)).close();
  });
});

describe("a gateway whose database is away", () => {
  /** What answers without a database: what is the same for everybody. */
  const still = ["/health", "/openapi.json", "/style.css", "/dashboard.js", "/accents/:file", "/favicon.ico"];
  /** What ends a thing, or the session that opens the others. */
  const isLast = ([method, path]: readonly [string, string, ...unknown[]]): boolean =>
    method === "DELETE" || /\/(?:end|sign-out)$/.test(path);

  it("answers 503 on every route that needs one, with a good key and with a bad one, and recovers by itself", async () => {
    const database = await newPostgres();
    const relay = await openRelay(database.url);
    const whole = await openWhole({ env: { DATABASE_URL: relay.url } });
    try {
      await whole.addApp("zebu");
      await whole.addApp("nuvama");
      const { id } = await connectAccount(whole, "zebu");
      const waiting = await logInAccount(whole, "zebu");
      const made = await Promise.all([
        whole.ask("POST", "/v1/tenants", { body: { id: "other", name: "Other" } }),
        whole.ask("POST", "/v1/keys", { body: { name: "other", scopes: ["read"] } }),
        whole.ask("POST", "/v1/webhooks", { body: { url: "http://127.0.0.1:9/" } }),
        whole.ask("POST", "/v1/connections", { body: { app: "zebu", user: "asha", return_url: returnUrl } }),
      ]);
      expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      const [tenant, apiKey, webhook, link] = made.map(({ json }) => json);
      const app = whole.presets.zebu.apps.gateway;
      const { redirect_url: _, ...keys } = app;

      const ids: Readonly<Record<string, string>> = {
        apps: "zebu",
        tenants: tenant.id,
        keys: apiKey.id,
        webhooks: webhook.id,
        connections: id,
      };
      const token = new URL(link.connect_url).pathname.split("/").at(-1) ?? "";
      const { callback_url } = (await whole.ask("GET", "/v1/apps/zebu")).json;
      const handle = callback_url.split("/").at(-1);
      const question = { connection: waiting.id, account: "ZP0001", secret: "s" };
      const cookie = `kunji_${handle}_account=${Buffer.from(JSON.stringify(question)).toString("base64url")}`;
      const { store } = whole.gateway.ports;
      const person = await signedIn({ server: whole.gateway.server, store, now: Date.now }, "operator");
      const operator = `${cookieName}=${person.cookie}`;
      const form = { "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded" };
      const bodies: Readonly<Record<string, Ask>> = {
        "PUT /v1/apps/:id": {
          body: { broker: "zebu", environment: "sandbox", keys, return_urls: [returnUrl] },
        },
        "POST /v1/tenants": { body: { id: "third", name: "Third" } },
        "POST /v1/keys": { body: { name: "third", scopes: ["read"] } },
        "POST /v1/webhooks": { body: { url: "http://127.0.0.1:9/more" } },
        "POST /v1/connections": { body: { app: "zebu", user: "asha", return_url: returnUrl } },
        "POST /v1/connect-links": { body: { apps: ["zebu"], user: "asha", return_url: returnUrl } },
        "POST /v1/connections/:id/confirm": { body: { code: waiting.code, user: "asha" } },
        "POST /v1/connections/:id/proxy/*": { body: { uid: "ZP0001", exch: "NSE", token: "2885" } },
        "POST /connect/:token": { headers: form, body: "" },
        "POST /connect/:token/step": { headers: form, body: "otp=1" },
        "POST /callback/:broker/:handle": { headers: form, body: "connection=c&secret=s&answer=no" },
        "GET /callback/:broker/:handle/account": { headers: { cookie } },
        "POST /sign-in": { headers: form, body: "name=nobody&password=a+guess" },
        "POST /sign-in/code": { headers: { ...form, cookie: operator }, body: "code=1" },
        "POST /sign-in/password": {
          headers: { ...form, cookie: operator },
          body: "next_password=a&again_password=a",
        },
      };
      /** What a page of an operator's is asked for with. */
      const ofOperator = (method: string): Ask => ({
        headers: { cookie: operator, ...(method === "POST" && form) },
        ...(method === "POST" && { body: "" }),
      });
      const requestOf = ([method, path, guard]: (typeof routeTable)[number]): Ask =>
        bodies[`${method} ${path}`] ??
        (guard === "operator_page" || path === "/sign-in" ? ofOperator(method) : {});
      /** A stream has no end: its head is all that is waited for. */
      const liveStatus = async () => {
        const leave = new AbortController();
        const { status } = await fetch(`${whole.gateway.url}/live`, {
          headers: { cookie: operator },
          signal: leave.signal,
        });
        leave.abort();
        return status;
      };
      const addressOf = (path: string) =>
        path
          .replace(":token", token)
          .replace(":file", "0b5c55.css")
          .replace(":broker/:handle", `zebu/${handle}`)
          .replace(/^\/v1\/([a-z]+)\/:id/, (_, kind: string) => `/v1/${kind}/${ids[kind]}`)
          .replace("connections/:id", `connections/${id}`)
          .replace("*", "NorenWClientAPI/GetQuotes");
      // What ends things comes last, so that it spoils no control.
      const routes = [...routeTable].sort((a, b) => Number(isLast(a)) - Number(isLast(b)));
      const asked = async (key?: string) => {
        const statuses = new Map<string, number>();
        for (const route of routes) {
          const [method, path] = route;
          const ask = () => whole.ask(method, addressOf(path), { ...requestOf(route), key });
          statuses.set(`${method} ${path}`, path === "/live" ? await liveStatus() : (await ask()).status);
        }
        return statuses;
      };
      const needing = routes
        .filter(([, path]) => !still.includes(path))
        .map(([method, path]) => `${method} ${path}`);
      expect(needing.length).toBeGreaterThan(35);

      relay.cut();
      // What was remembered is a second old at most.
      whole.moveMonotonic(1_001);
      const away = await asked();
      expect([...away].filter(([route, status]) => needing.includes(route) && status !== 503)).toEqual([]);
      for (const path of still) expect([200, 204]).toContain(away.get(`GET ${path}`));
      const withBadKey = await asked(`kunji_test_${"x".repeat(43)}`);
      expect([...withBadKey].filter(([route, status]) => needing.includes(route) && status !== 503)).toEqual(
        [],
      );

      relay.mend();
      const back = await asked();
      expect([...back].filter(([, status]) => status >= 500)).toEqual([]);
      const refused = await asked(`kunji_test_${"x".repeat(43)}`);
      expect([...refused].filter(([route, status]) => route.includes("/v1/") && status !== 401)).toEqual([]);
    } finally {
      await whole.close();
      await relay.close();
      await database.drop();
    }
  }, 120_000);
});
