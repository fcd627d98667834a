import { createMarketClock } from "./market-clock.js";
import { type Market, type MarketDays, marketDays } from "./market-days.js";
import { MarketDaysError } from "./market-days-error.js";

type Fields = Readonly<Record<string, unknown>>;

const fieldNames = ["timeZone", "open", "close", "knownFrom", "knownTo", "closed", "hours"] as const;
const markets = Object.keys(marketDays) as Market[];

const refusal = (field: string, sentence: string) =>
  new MarketDaysError("market_days_invalid", field, sentence);

function fieldsOf(value: unknown, field: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw refusal(field, "must be an object");
  return value as Fields;
}

function dayOf(value: unknown, field: string): string {
  if (typeof value === "string" && /^[1-8]\d{3}-\d\d-\d\d$/.test(value)) {
    const at = Date.parse(value);
    if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(value)) return value;
  }
  throw refusal(field, "must be a day that there is, as YYYY-MM-DD");
}

function hoursOf(open: unknown, close: unknown, field: string): [string, string] {
  for (const time of [open, close])
    if (typeof time !== "string" || !/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time))
      throw refusal(field, "must have an opening and a closing, each as HH:mm");
  if (String(open) >= String(close)) throw refusal(field, "must open before it closes");
  return [String(open), String(close)];
}

function zoneOf(value: unknown, field: string): string {
  try {
    if (typeof value !== "string") throw new RangeError();
    createMarketClock(value);
    return value;
  } catch {
    throw refusal(field, "must be a zone of the tz database, such as Asia/Kolkata");
  }
}

/** The entries of an object of days; a flaw is named by its number, from 1. */
function entriesOf<T>(
  value: unknown,
  field: string,
  range: readonly [from: string, to: string],
  read: (entry: unknown, field: string) => T,
): Record<string, T> {
  const entries = Object.entries(fieldsOf(value, field)).map(([key, entry], index) => {
    const place = `${field}, entry ${index + 1}`;
    const day = dayOf(key, place);
    if (day < range[0] || day > range[1]) throw refusal(place, "must lie from knownFrom to knownTo");
    return [day, read(entry, place)] as const;
  });
  return Object.fromEntries(entries);
}

function marketOf(value: unknown, name: string): MarketDays {
  const fields = fieldsOf(value, name);
  for (const field of fieldNames)
    if (!Object.hasOwn(fields, field)) throw refusal(`${name}.${field}`, "is missing");
  if (Object.keys(fields).length > fieldNames.length)
    throw refusal(name, `must have no fields but ${fieldNames.join(", ")}`);
  const timeZone = zoneOf(fields.timeZone, `${name}.timeZone`);
  const [open, close] = hoursOf(fields.open, fields.close, `${name}.open`);
  const knownFrom = dayOf(fields.knownFrom, `${name}.knownFrom`);
  const knownTo = dayOf(fields.knownTo, `${name}.knownTo`);
  if (knownFrom > knownTo) throw refusal(`${name}.knownTo`, "must not come before knownFrom");
  const range = [knownFrom, knownTo] as const;
  const closed = entriesOf(fields.closed, `${name}.closed`, range, (occasion, place) => {
    if (typeof occasion === "string") return occasion;
    throw refusal(place, "must name the occasion");
  });
  const hours = entriesOf(fields.hours, `${name}.hours`, range, (pair, place) => {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw refusal(place, "must have an opening and a closing, each as HH:mm");
    return hoursOf(pair[0], pair[1], place);
  });
  const both = Object.keys(hours).findIndex((day) => Object.hasOwn(closed, day));
  if (both >= 0) throw refusal(`${name}.hours, entry ${both + 1}`, "is closed as well");
  return { timeZone, open, close, knownFrom, knownTo, closed, hours };
}

/**
 * Reads an operator's file: JSON of the form of `marketDays`, with one market or all. A market that it names is taken
 * from it whole; the others stay as they are built in.
 * @throws MarketDaysError `market_days_invalid`
 */
export function readMarketDays(text: string): Readonly<Record<Market, MarketDays>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal("file", "must be JSON");
  }
  const given = Object.entries(fieldsOf(value, "file")).map(([name, days]) => {
    if (!markets.some((market) => market === name))
      throw refusal("file", `must name no market but ${markets.join(" and ")}`);
    return [name, marketOf(days, name)] as const;
  });
  if (given.length === 0) throw refusal("file", `must name a market: ${markets.join(" or ")}`);
  return { ...marketDays, ...Object.fromEntries(given) };
}
