import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { Secret } from "kunji";
import type { ListedEnvironments } from "./adapters/brokers/sdk-brokers.js";
import type { LogLevel } from "./adapters/signals/pino-log.js";
import { chosenId } from "./domain/chosen-id.js";
import { type Market, type MarketDays, marketDays } from "./domain/market-days.js";
import { MarketDaysError } from "./domain/market-days-error.js";
import { readMarketDays } from "./domain/market-days-file.js";
import { passwordLengths } from "./domain/password-rules.js";
import { isPrintable } from "./domain/printable.js";
import { isApiKeyText } from "./domain/random-text.js";
import type { HistoryLife } from "./flows/keep-history.js";
import { isLoopback } from "./http/host-check.js";
import { readEnvironments } from "./listed-environments.js";
import { type Environment, SettingError } from "./setting-error.js";
import { blocksOf, durationOf, numberOf, originOf, textOf, timeOf, wordOf } from "./setting-values.js";

/** What the gateway starts with. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** The folder that holds `gateway/`. */
  readonly data: string;
  /** An origin; `undefined` on a loopback address that nobody reaches by another name. */
  readonly publicUrl: string | undefined;
  readonly keyFile: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly sandboxUrl: string | undefined;
  /** Whether the demo's apps, clock and pages are there. */
  readonly demo: boolean;
  readonly environments: ListedEnvironments;
  readonly marketDays: Readonly<Record<Market, MarketDays>>;
  /** ms */
  readonly endsSoonMs: number;
  /** `HH:mm` */
  readonly evening: string;
  /** The first tenant's id. */
  readonly tenant: string;
  /** The first tenant's API key; it is made where it is left out. */
  readonly apiKey: Secret | undefined;
  /** The password of the dashboard's first operator; it is made where it is left out. */
  readonly operatorPassword: Secret | undefined;
  /** A minute; `null` for any number. */
  readonly perKey: number | null;
  readonly perAddress: number | null;
  readonly webhookTargets: "public" | "any";
  /** Where proxies to the brokers may lie. */
  readonly egressTargets: "public" | "any";
  /** How many orders a connection may send in a second where its app says nothing; `null` for any number. */
  readonly ordersPerSecond: number | null;
  /** How many connections of a broker that renews are taken on in a second, by all gateways; `null` for any number. */
  readonly renewalsPerSecond: number | null;
  /** How long events and audit are kept. */
  readonly historyLife: HistoryLife;
  readonly logLevel: LogLevel;
}

/** The settings, for `--help`. */
export const settingsHelp = `  KUNJI_PORT             the port to listen on (4700)
  KUNJI_HOST             the address to listen on (127.0.0.1)
  KUNJI_PUBLIC_URL       where browsers and brokers reach the gateway, such as https://kunji.example
                         (http://127.0.0.1:<port>; needed for any other KUNJI_HOST)
  KUNJI_TRUSTED_PROXIES  addresses or blocks of the proxies before it, with commas between (none)
  KUNJI_DATA             the data folder; everything lies in its folder gateway (.kunji)
  DATABASE_URL           a PostgreSQL, instead of SQLite in the data folder
  KUNJI_KEY_FILE         the file with the keys that seal what is stored (made in the data folder)
  KUNJI_TENANT           the first tenant's id (operator; demo under the demo)
  KUNJI_API_KEY          the first tenant's API key, 32 to 200 printable characters (made in the data folder)
  KUNJI_OPERATOR_PASSWORD the password of the first operator, who signs in as operator (made in the data folder)
  KUNJI_SANDBOX_URL      the sandbox's address; without it there is no environment "sandbox"
  KUNJI_DEMO             on: the demo's apps, pages and clock, by the sandbox's (off)
  KUNJI_ENVIRONMENTS     a JSON file of further hosts of brokers
  KUNJI_MARKET_DAYS      a JSON file of the markets' days, in place of the ones that come along
  KUNJI_ENDS_SOON        how long before its end a session's user is told (30m)
  KUNJI_EVENING          when, on the market's clock, users are told of sessions that won't see the next open (18:00)
  KUNJI_RATE_PER_KEY     requests a minute that an API key may make, or off (60000)
  KUNJI_RATE_PER_ADDRESS requests a minute without a valid API key from an IPv4 address or IPv6 /64, or off (600)
  KUNJI_WEBHOOK_TARGETS  public: webhooks go to https and public addresses alone; any: anywhere (public; any under the demo)
  KUNJI_EGRESS_TARGETS   public: outbound proxies of apps and connections have public addresses; any: any (public; any under the demo)
  KUNJI_ORDERS_PER_SECOND orders that a connection may send in any second, by all gateways, or off (10)
  KUNJI_RENEWALS_PER_SECOND sessions that are renewed at a broker in a second, by all gateways, or off (20)
  KUNJI_EVENT_DAYS       how many days events and their deliveries are kept, 2 to 36525 (90)
  KUNJI_AUDIT_DAYS       how many days the audit is kept, 2 to 36525 (1827: five years)
  KUNJI_LOG_LEVEL        debug, info, warn, error or silent (info)`;

const hostPattern = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/;

function hostOf(env: Environment): string {
  const host = (textOf(env, "KUNJI_HOST") ?? "127.0.0.1").replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) !== 0 || hostPattern.test(host)) return host;
  throw new SettingError("KUNJI_HOST must be an address or a host name, such as 127.0.0.1.");
}

function publicUrlOf(env: Environment, host: string): string | undefined {
  const given = originOf(env, "KUNJI_PUBLIC_URL");
  if (isLoopback(host)) return given;
  if (given === undefined)
    throw new SettingError(
      "KUNJI_PUBLIC_URL must name the gateway's https address, since KUNJI_HOST is no loopback address.",
    );
  if (given.startsWith("https:")) return given;
  throw new SettingError("KUNJI_PUBLIC_URL must be https, since KUNJI_HOST is no loopback address.");
}

function rateOf(env: Environment, name: string, otherwise: number): number | null {
  if (env[name] === "off") return null;
  return numberOf(env, name, [1, 100_000_000], "off, or requests a minute") ?? otherwise;
}

function ordersOf(env: Environment): number | null {
  const name = "KUNJI_ORDERS_PER_SECOND";
  if (env[name] === "off") return null;
  return numberOf(env, name, [1, 1_000], "off, or orders a second") ?? 10;
}

function renewalsOf(env: Environment): number | null {
  const name = "KUNJI_RENEWALS_PER_SECOND";
  if (env[name] === "off") return null;
  return numberOf(env, name, [1, 100_000], "off, or renewals a second") ?? 20;
}

function apiKeyOf(env: Environment): Secret | undefined {
  const text = textOf(env, "KUNJI_API_KEY");
  if (text === undefined) return undefined;
  if (isApiKeyText(text)) return new Secret(text);
  throw new SettingError("KUNJI_API_KEY must have 32 to 200 printable characters and no space.");
}

function operatorPasswordOf(env: Environment): Secret | undefined {
  const text = textOf(env, "KUNJI_OPERATOR_PASSWORD");
  if (text === undefined) return undefined;
  if ([...text].length >= passwordLengths[0] && isPrintable(text, passwordLengths[1]))
    return new Secret(text);
  throw new SettingError(`KUNJI_OPERATOR_PASSWORD must have ${passwordLengths.join(" to ")} characters.`);
}

function tenantOf(env: Environment, demo: boolean): string {
  const id = textOf(env, "KUNJI_TENANT") ?? (demo ? "demo" : "operator");
  if (chosenId.test(id)) return id;
  throw new SettingError(
    "KUNJI_TENANT must have 1 to 64 letters, digits, full stops, _ or -, and not be . or ..",
  );
}

function demoOf(env: Environment, host: string): boolean {
  if (wordOf(env, "KUNJI_DEMO", ["on", "off"]) !== "on") return false;
  if (!isLoopback(host))
    throw new SettingError("KUNJI_DEMO must be off, since KUNJI_HOST is no loopback address.");
  if (textOf(env, "KUNJI_SANDBOX_URL") === undefined)
    throw new SettingError("KUNJI_DEMO needs KUNJI_SANDBOX_URL, the address of the sandbox.");
  return true;
}

/** The text of the file that a setting names; the path is not repeated, since anything may stand in its place. */
function fileOf(env: Environment, name: string, folder: string): string | undefined {
  const path = textOf(env, name);
  if (path === undefined) return undefined;
  try {
    return readFileSync(resolve(folder, path), "utf8");
  } catch {
    throw new SettingError(`The file that ${name} names can't be read.`);
  }
}

function marketDaysOf(env: Environment, folder: string): Settings["marketDays"] {
  const text = fileOf(env, "KUNJI_MARKET_DAYS", folder);
  if (text === undefined) return marketDays;
  try {
    return readMarketDays(text);
  } catch (error) {
    if (!(error instanceof MarketDaysError)) throw error;
    throw new SettingError(`The file that KUNJI_MARKET_DAYS names can't be used. ${error.message}.`);
  }
}

/** Days, in ms. */
const daysOf = (env: Environment, name: string, otherwise: number): number =>
  (numberOf(env, name, [2, 36_525], "a number of days") ?? otherwise) * 86_400_000;

/**
 * Reads the settings. A port of 0 takes any free one.
 * @throws SettingError with one sentence about the first that is wrong
 */
export function readSettings(env: Environment = process.env, folder: string = process.cwd()): Settings {
  const host = hostOf(env);
  const demo = demoOf(env, host);
  const data = textOf(env, "KUNJI_DATA") ?? ".kunji";
  if (data.includes("\0")) throw new SettingError("KUNJI_DATA must be the path of a folder.");
  const keyFile = textOf(env, "KUNJI_KEY_FILE");
  const environments = fileOf(env, "KUNJI_ENVIRONMENTS", folder);
  return {
    host,
    port: numberOf(env, "KUNJI_PORT", [0, 65_535], "a port") ?? 4700,
    data: resolve(folder, data),
    publicUrl: publicUrlOf(env, host),
    keyFile: keyFile && resolve(folder, keyFile),
    databaseUrl: textOf(env, "DATABASE_URL"),
    trustedProxies: blocksOf(env, "KUNJI_TRUSTED_PROXIES"),
    sandboxUrl: originOf(env, "KUNJI_SANDBOX_URL"),
    demo,
    environments: environments === undefined ? {} : readEnvironments(environments),
    marketDays: marketDaysOf(env, folder),
    endsSoonMs: durationOf(env, "KUNJI_ENDS_SOON") ?? 30 * 60_000,
    evening: timeOf(env, "KUNJI_EVENING") ?? "18:00",
    tenant: tenantOf(env, demo),
    apiKey: apiKeyOf(env),
    operatorPassword: operatorPasswordOf(env),
    perKey: rateOf(env, "KUNJI_RATE_PER_KEY", 60_000),
    perAddress: rateOf(env, "KUNJI_RATE_PER_ADDRESS", 600),
    webhookTargets: wordOf(env, "KUNJI_WEBHOOK_TARGETS", ["public", "any"]) ?? (demo ? "any" : "public"),
    egressTargets: wordOf(env, "KUNJI_EGRESS_TARGETS", ["public", "any"]) ?? (demo ? "any" : "public"),
    ordersPerSecond: ordersOf(env),
    renewalsPerSecond: renewalsOf(env),
    historyLife: {
      eventsMs: daysOf(env, "KUNJI_EVENT_DAYS", 90),
      auditMs: daysOf(env, "KUNJI_AUDIT_DAYS", 1_827),
    },
    logLevel: wordOf(env, "KUNJI_LOG_LEVEL", ["debug", "info", "warn", "error", "silent"]) ?? "info",
  };
}

/** What can be read of settings of which some are wrong. */
export interface SettingsDespiteFaults {
  /** With the defaults in place of those that are wrong; `undefined` where there is no reading them without. */
  readonly settings: Settings | undefined;
  /** A sentence about each that is wrong, by its name. */
  readonly faults: ReadonlyMap<string, string>;
}

/** Reads the settings and finds all that are wrong, not the first alone. */
export function settingsDespiteFaults(
  env: Environment = process.env,
  folder: string = process.cwd(),
): SettingsDespiteFaults {
  const faults = new Map<string, string>();
  for (;;) {
    try {
      const without = Object.fromEntries(Object.entries(env).filter(([name]) => !faults.has(name)));
      return { settings: readSettings(without, folder), faults };
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      const [name = ""] = /\b(?:KUNJI_[A-Z_]+|DATABASE_URL)\b/.exec(error.message) ?? [];
      const known = faults.has(name);
      faults.set(known ? `${name}, too` : name, error.message);
      if (known || name === "") return { settings: undefined, faults };
    }
  }
}

/** What the other programs of this family are set by. */
const others = /^KUNJI_(?:SANDBOX_(?:PORT|HOSTS?)$|BOUND_TO$|CHROMIUM$|FUZZ_)/;

/** Variables that are named like settings and are none: a slip of the pen is taken for nothing set. */
export const unknownSettings = (env: Environment = process.env): readonly string[] =>
  Object.keys(env).filter(
    (name) =>
      /^KUNJI_[A-Z_]{1,40}$/.test(name) &&
      !others.test(name) &&
      !new RegExp(`^ +${name} `, "m").test(settingsHelp),
  );
