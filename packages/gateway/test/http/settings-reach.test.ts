import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { marketDays } from "../../src/domain/market-days.js";
import { lookAfterDue } from "../../src/flows/look-after.js";
import { connectAccount } from "../invariants/support/connect-account.js";
import { openReceiver } from "../invariants/support/webhook-receiver.js";
import { openWhole, type WholeGateway, type WholeOptions } from "../invariants/support/whole-gateway.js";
import { returnUrl } from "../support/world.js";

const minute = 60_000;
const folder = mkdtempSync(join(tmpdir(), "kunji-reach-"));
const monday = "2026-11-23";
const days = join(folder, "days.json");
const { NSE } = marketDays;
writeFileSync(days, JSON.stringify({ NSE: { ...NSE, closed: { ...NSE.closed, [monday]: "Another day" } } }));
afterAll(() => rmSync(folder, { recursive: true }));

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

type Env = Readonly<Record<string, string>>;

async function opened(env: Env, options: WholeOptions = {}): Promise<WholeGateway> {
  const whole = await openWhole({ ...options, env });
  ending.push(whole.close);
  return whole;
}

/** The statuses of calls, one after the other. */
async function statuses(calls: number, call: (i: number) => Promise<{ status: number }>): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < calls; i++) found.push((await call(i)).status);
  return found;
}

const byKey = (whole: WholeGateway) => statuses(3, () => whole.ask("GET", "/v1/apps"));

/** Requests that say that they come from another address each. */
const byAddress = (whole: WholeGateway) =>
  statuses(3, (i) =>
    whole.ask("GET", "/style.css", { key: "", headers: { "x-forwarded-for": `192.0.2.${i + 1}` } }),
  );

const nextOpen = async (whole: WholeGateway) => [
  (await whole.ask("GET", "/v1/readiness")).json.markets.NSE.at,
];

/** What a user has been told of the end of a session by a moment. */
async function toldBy(whole: WholeGateway, momentOf: (endsAt: number) => number): Promise<unknown[]> {
  const { ports } = whole.gateway;
  await whole.addApp("autoshares");
  const { id } = await connectAccount(whole, "autoshares");
  const row = await ports.store.connections.get("operator", id);
  whole.moveClock(momentOf(row?.endsAt ?? 0) - ports.now());
  while ((await lookAfterDue(ports)) > 0);
  const { items } = (await whole.ask("GET", "/v1/events")).json;
  return items
    .filter(({ type }: { type: string }) => type === "connection.ends_soon")
    .map(({ data }: { data: { why: string } }) => data.why);
}

const hourBefore = (whole: WholeGateway) => toldBy(whole, (endsAt) => endsAt - 60 * minute);
/** Told at half past five in New York, on the Friday on which the session began. */
const halfPastFive = (whole: WholeGateway) => toldBy(whole, () => Date.UTC(2026, 10, 20, 22, 30));

const open = (day: string): string => `${day}T03:45:00.000Z`;

/** What is set; what is seen with it, and without it. */
const seen: readonly (readonly [
  string,
  Env,
  Env,
  (whole: WholeGateway) => Promise<unknown[]>,
  unknown[],
  unknown[],
])[] = [
  ["KUNJI_RATE_PER_KEY", { KUNJI_RATE_PER_KEY: "2" }, {}, byKey, [200, 200, 429], [200, 200, 200]],
  [
    "KUNJI_RATE_PER_ADDRESS",
    { KUNJI_RATE_PER_ADDRESS: "2" },
    {},
    byAddress,
    [200, 200, 429],
    [200, 200, 200],
  ],
  [
    "KUNJI_TRUSTED_PROXIES",
    { KUNJI_TRUSTED_PROXIES: "127.0.0.0/8", KUNJI_RATE_PER_ADDRESS: "2" },
    { KUNJI_RATE_PER_ADDRESS: "2" },
    byAddress,
    [200, 200, 200],
    [200, 200, 429],
  ],
  ["KUNJI_MARKET_DAYS", { KUNJI_MARKET_DAYS: days }, {}, nextOpen, [open("2026-11-25")], [open(monday)]],
  ["KUNJI_ENDS_SOON", { KUNJI_ENDS_SOON: "2h" }, {}, hourBefore, ["soon"], ["before_next_open"]],
  ["KUNJI_EVENING", { KUNJI_EVENING: "17:00" }, {}, halfPastFive, ["before_next_open"], []],
];

describe("a setting", () => {
  it.each(seen)(
    "%s is seen in the whole gateway, and not without it",
    async (_, env, bare, look, is, isNot) => {
      expect(await look(await opened(env))).toEqual(is);
      expect(await look(await opened(bare))).toEqual(isNot);
    },
  );

  it.each([
    ["any", 204],
    ["public", null],
  ])(
    "KUNJI_WEBHOOK_TARGETS as %s has a loopback address answer a webhook with %s",
    async (targets, last_status) => {
      const receiver = await openReceiver();
      ending.push(() => new Promise((done) => receiver.server.close(done)));
      const whole = await opened({ KUNJI_WEBHOOK_TARGETS: targets }, { background: true });
      const { id } = (await whole.ask("POST", "/v1/webhooks", { body: { url: receiver.url } })).json;
      await whole.addApp("zebu");
      await whole.ask("POST", "/v1/connections", { body: { app: "zebu", user: "u", return_url: returnUrl } });
      const deliveries = async () => (await whole.ask("GET", `/v1/webhooks/${id}/deliveries`)).json.items;
      await expect.poll(deliveries, { timeout: 10_000 }).toMatchObject([{ last_status, tries: 1 }]);
      expect(receiver.received.length).toBe(targets === "any" ? 1 : 0);
    },
  );
});
