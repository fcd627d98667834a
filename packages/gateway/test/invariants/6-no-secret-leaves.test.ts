import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { BrokerId } from "kunji";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createWebhookSender } from "../../src/adapters/webhooks/webhook-sender.js";
import { deliverDue } from "../../src/flows/deliver-webhooks.js";
import type { Seen } from "../browser/support/person.js";
import { newPostgres } from "../support/postgres.js";
import { allBrokers, returnUrl } from "../support/world.js";
import { beginLogin, connectAccount, logInAccount } from "./support/connect-account.js";
import { dumpFiles, dumpTables } from "./support/dump-database.js";
import { faultyLogin, mistakeCalls, mistakeLogins, wrongCode } from "./support/go-wrong.js";
import { operatorJourney } from "./support/operator-journey.js";
import { mistakes, type Planted, plantApps, plantLogin, plantOwn } from "./support/planted.js";
import { searchFragments, seededPieces } from "./support/secret-fragments.js";
import { encodings, type Sink, searchSinks } from "./support/secret-search.js";
import { allowedIn, browserSinks } from "./support/told-on-purpose.js";
import { openReceiver } from "./support/webhook-receiver.js";
import { openWhole, type WholeGateway } from "./support/whole-gateway.js";

const faults = ["echo", "not-json", "internal-error", "html-error-page", "reset-mid-body", "redirect-307"];

// Each search goes through all that was said anywhere, in every encoding.
vi.setConfig({ testTimeout: 120_000 });
afterAll(() => vi.resetConfig());

/** What a runtime's own error may say: everything that was sent. */
let loudly = false;
const loud = async (url: string, init: RequestInit): Promise<Response> => {
  if (!loudly) return fetch(url, init);
  throw new TypeError(`${url} ${JSON.stringify(init.headers)} ${String(init.body)}`, { cause: init });
};

let chanceFails = false;
const chance = (length: number): Uint8Array => {
  if (!chanceFails) return randomBytes(length);
  throw new RangeError(mistakes["words of a runtime's error"], { cause: mistakes });
};

/** Faults of the gateway's own, in the API and on a page. */
async function failInside(whole: WholeGateway): Promise<readonly Seen[]> {
  const body = { app: "ventura", user: "asha", return_url: returnUrl };
  const { connect_url } = (await whole.ask("POST", "/v1/connections", { body })).json;
  chanceFails = true;
  const inside = await whole.ask("POST", "/v1/connections", { body });
  const page = await whole.person().send(connect_url);
  chanceFails = false;
  expect([inside.status, page.status]).toEqual([500, 500]);
  return [page];
}

/** Logins that stay open, so that their secrets are on file in whatever form. */
async function leaveOpen(whole: WholeGateway, planted: Planted): Promise<void> {
  const ventura = await beginLogin(whole, "ventura");
  planted.set("attempt left open", ventura.state);
  planted.set("cookie left open", ventura.cookie);
  const asked = await beginLogin(whole, "zebu");
  const { headers } = await asked.person.open(asked.back);
  const question = await asked.person.open(headers.location ?? "");
  planted.set("account question left open", question.field("secret"));
  const { code } = await logInAccount(whole, "rmoney");
  planted.set("one-time code left open", code);
}

interface Run {
  readonly planted: Planted;
  readonly sinks: readonly Sink[];
  readonly written: readonly string[];
}

/** Every journey and many failures, with a secret in every place. */
async function runAll(
  whole: WholeGateway,
  faults: readonly string[],
  dump: () => Promise<readonly Sink[]>,
): Promise<Run> {
  const { ask, gateway } = whole;
  const planted: Planted = new Map(Object.entries(mistakes));
  const pages: Sink[] = [];
  const hook = await openReceiver();
  plantApps(planted, whole);
  await plantOwn(planted, whole);

  const webhook = (await ask("POST", "/v1/webhooks", { body: { url: hook.url } })).json;
  planted.set("a webhook's secret", webhook.secret);
  const key = (await ask("POST", "/v1/keys", { body: { name: "all", scopes: ["read", "proxy", "session"] } }))
    .json;
  planted.set("a key that was made", key.key);
  const tenant = (await ask("POST", "/v1/tenants", { body: { id: "other", name: "Other" } })).json;
  planted.set("a tenant's first key", tenant.api_key.key);

  const ids = new Map<BrokerId, string>();
  for (const broker of allBrokers) {
    await whole.addApp(broker);
    const connected = await connectAccount(whole, broker);
    ids.set(broker, connected.id);
    await plantLogin(planted, whole, broker, connected);
    pages.push(...browserSinks(broker, connected.seen, true));
    await ask("GET", `/v1/connections/${connected.id}/session?min=60`, { key: key.key });
    const { method, path, body } = gateway.ports.brokers.traits[broker].firstCall;
    const proxied = `/v1/connections/${connected.id}/proxy${path}`;
    await ask(method, proxied, { key: key.key, ...(body !== undefined && { body }) });
    for (const fault of faults) {
      pages.push(...browserSinks(`${broker} with ${fault}`, await faultyLogin(whole, broker, fault)));
      await whole.sandbox("POST", "/_sandbox/faults", { broker, fault, times: 2 });
      await ask(method, proxied, { key: key.key, ...(body !== undefined && { body }) }).catch(
        () => undefined,
      );
      await whole.sandbox("DELETE", "/_sandbox/faults");
    }
  }
  const zebu = ids.get("zebu") ?? "";
  await mistakeCalls(whole, zebu);
  const callback = new URL((await ask("GET", "/v1/apps/zebu")).json.callback_url).pathname;
  pages.push(...browserSinks("mistakes", await mistakeLogins(whole, callback)));
  for (const broker of ["ventura", "zebu", "rmoney", "nuvama"] as const)
    pages.push(...browserSinks(`wrong code at ${broker}`, await wrongCode(whole, broker)));

  loudly = true;
  const lost = ["ventura", "zebu", "rmoney", "autoshares"] as const;
  for (const broker of lost)
    pages.push(...browserSinks(`runtime's words at ${broker}`, await faultyLoud(whole, broker)));
  loudly = false;

  for (const path of [
    "apps",
    "keys",
    "webhooks",
    "connections",
    "tenants",
    "brokers",
    "readiness",
    "events",
    "audit",
  ])
    await ask("GET", `/v1/${path}?limit=200`.replace(/(brokers)\?.*/, "$1"));
  for (const path of [
    "/metrics",
    "/openapi.json",
    "/health",
    "/ready",
    `/v1/webhooks/${webhook.id}/deliveries`,
  ])
    await ask("GET", path);
  pages.push(...browserSinks("fault inside", await failInside(whole)));
  pages.push(...(await operatorJourney(whole, planted)));
  await leaveOpen(whole, planted);
  const stored = await dump();
  await ask("DELETE", "/v1/apps/nuvama/vendor-session");
  for (const id of ids.values()) await ask("DELETE", `/v1/connections/${id}`);
  const sender = createWebhookSender({ targets: "any", now: Date.now });
  while ((await deliverDue(gateway.ports, sender)) > 0);
  await sender.close();
  hook.server.close();
  expect(hook.received.length).toBeGreaterThan(20);

  const answers = whole.answers.flatMap((answer, i): Sink[] => [
    {
      where: `answer ${i} to ${answer.asked}: ${answer.status}`,
      text: answer.text,
      allowed: allowedIn(answer),
    },
    { where: `headers of answer ${i} to ${answer.asked}`, text: answer.headers },
  ]);
  const sinks = [
    ...pages,
    ...answers,
    ...hook.received.map((text, i) => ({ where: `webhook ${i}`, text })),
    ...whole.written.map((text, i) => ({ where: `log line ${i}`, text })),
    ...[...stored, ...(await dump())].map((sink) => ({ ...sink, allowed: ["hash of an operator"] })),
  ];
  return { planted, sinks, written: whole.written };
}

async function faultyLoud(whole: WholeGateway, broker: BrokerId): Promise<readonly Seen[]> {
  loudly = false;
  const quietly = faultyLogin(whole, broker, "extra-fields");
  const before = await quietly;
  loudly = true;
  const { username, password } = whole.presets[broker].users[0];
  const person = whole.person();
  const app = { app: broker, user: "asha", return_url: "https://app.example/connected" };
  const { connect_url } = (await whole.ask("POST", "/v1/connections", { body: app })).json;
  if (whole.gateway.ports.brokers.traits[broker].login === "password")
    return [...before, await person.send(connect_url, { username, password })];
  const begun = await person.send(connect_url);
  return [...before, await person.open(await whole.logIn(broker, begun.headers.location ?? ""))];
}

const kinds = [
  ["SQLite", async () => ({ env: {}, drop: async () => undefined, url: undefined })],
  [
    "PostgreSQL",
    async () => {
      const { url, drop } = await newPostgres();
      return { env: { DATABASE_URL: url }, drop, url };
    },
  ],
] as const;

describe.each(kinds)("a gateway on %s with a marked secret in every place", (_, open) => {
  let run: Run;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const { env, url, drop } = await open();
    const whole = await openWhole({ env, fetch: loud, randomBytes: chance });
    close = async () => {
      await whole.close();
      await drop();
    };
    const dump = () => (url === undefined ? dumpFiles(join(whole.data, "gateway")) : dumpTables(url));
    // The faults are the brokers', whatever the database.
    run = await runAll(whole, url === undefined ? faults : faults.slice(0, 2), dump);
  }, 180_000);
  afterAll(() => close());

  it("lets none of them out by an answer, page, header, cookie, event, webhook, log, metric or the database", () => {
    expect(searchSinks(run.planted, run.sinks)).toEqual([]);
  });

  it("lets no piece of one out either, of eight characters or twelve digits, and finds each that is seeded", () => {
    expect(searchFragments(run.planted, run.sinks)).toEqual([]);
    const seeds = seededPieces(run.planted);
    expect(seeds.length).toBeGreaterThan(run.planted.size * 8);
    const found = new Set(searchFragments(run.planted, seeds).map(({ where }) => where));
    expect(seeds.map(({ where }) => where).filter((where) => !found.has(where))).toEqual([]);
  }, 60_000);

  it("has planted what it looks for, and looked where it could be", () => {
    const names = [...run.planted.keys()];
    const missing = allBrokers.flatMap((broker) =>
      ["app key of", "password at", "one-time code at", "link at", "token at"]
        .map((what) => `${what} ${broker}`)
        .filter((start) => !names.some((name) => name.startsWith(start))),
    );
    expect(missing).toEqual([]);
    const derived = names
      .filter((name) => name.startsWith("derived at"))
      .map((name) => name.split(/[ :]+/)[2]);
    expect(derived.sort()).toEqual(["nuvama", "rmoney", "ventura", "zebu"]);
    expect(names.length).toBeGreaterThanOrEqual(60);
    expect([...run.planted.values()].every((value) => value.length >= 8)).toBe(true);
    expect(run.sinks.length).toBeGreaterThan(400);
    expect(run.written.length).toBeGreaterThan(100);
  });

  it("finds what is told on purpose where it is told, so that a leak there would be found too", () => {
    const everywhere = run.sinks.map(({ where, text }) => ({ where, text }));
    const told = new Set(searchSinks(run.planted, everywhere).map(({ secret }) => secret));
    const expected = [...run.planted.keys()].filter((name) =>
      /^(?:link at|one-time code at|account question at|cookie at|a key that|a tenant's|a webhook's|vendor session)/.test(
        name,
      ),
    );
    expect(expected.length).toBeGreaterThan(15);
    expect(expected.filter((name) => !told.has(name))).toEqual([]);
    expect([...told].filter((name) => name.startsWith("token at")).length).toBeGreaterThanOrEqual(
      allBrokers.length,
    );
  });

  it.each(Object.keys(encodings))("finds each of them once it is seeded, %s, in any sink", (as) => {
    const picked = ["log line", "webhook", "answer", "headers of", "table", "gateway.sqlite", "mistakes"];
    const sinks = picked.flatMap((start) =>
      run.sinks.filter(({ where }) => where.startsWith(start)).slice(-1),
    );
    expect(sinks.length).toBeGreaterThanOrEqual(6);
    const missed: string[] = [];
    for (const [secret, value] of run.planted)
      for (const form of encodings[as]?.(value) ?? [])
        for (const { where, text } of sinks) {
          const seeded = [{ where, text: `${text.slice(0, 200)}${form}${text.slice(-200)}` }];
          if (searchSinks(new Map([[secret, value]]), seeded).length === 0)
            missed.push(`${secret} in ${where}`);
        }
    expect(missed).toEqual([]);
  });
});
