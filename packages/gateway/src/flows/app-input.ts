import type { OpenSetting, Traits } from "kunji";
import type { PutApp } from "kunji/gateway";
import { chosenId } from "../domain/chosen-id.js";
import { Problem } from "../domain/problem.js";
import { toldNames } from "../domain/return-url.js";
import type { App } from "../ports/apps.js";

/** Longer than any broker's key. */
const longestKey = 1024;
const longestUrl = 2048;
const mostUrls = 20;
const mostOrders = 1_000;

type OrderBudget = Pick<App, "ordersPerConnection" | "ordersPerApp">;

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const clock = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** @throws Problem `request_invalid` that names the field and repeats no value */
function refuse(field: string, detail: string): never {
  throw new Problem("request_invalid", { field, detail });
}

/** @throws Problem `request_invalid` {field: `id`} */
export function checkAppId(id: string): void {
  if (!chosenId.test(id))
    refuse(
      "id",
      "An app's id has 1 to 64 letters, digits, dots, underscores or hyphens, and is neither `.` nor `..`.",
    );
}

/** A value without control characters and halves of characters, none of which any broker hands out. */
const isKey = (value: unknown): value is string =>
  typeof value === "string" &&
  value.trim() !== "" &&
  value.length <= longestKey &&
  !/[\p{Cc}\p{Surrogate}]/u.test(value);

/**
 * The keys by the names in the broker's traits, whichever of the two names each was given under.
 * @throws Problem `request_invalid` {field: `keys` or `keys.<name>`}
 */
export function checkedKeys({ name: broker, keys }: Traits, given: NonNullable<PutApp["keys"]>) {
  const rest = new Map<string, unknown>(Object.entries(given));
  const checked: Record<string, string> = {};
  for (const [name, { brokerName, optional, length }] of Object.entries(keys)) {
    const field = `keys.${name}`;
    const names = [...new Set([name, brokerName])].filter((each) => rest.has(each));
    const [used] = names;
    if (used === undefined) {
      if (optional) continue;
      refuse(field, `${broker} needs \`${name}\`, which it calls \`${brokerName}\`.`);
    }
    if (names.length > 1)
      refuse(field, `\`${name}\` and \`${brokerName}\` are the same key: send one of them.`);
    const value = rest.get(used);
    rest.delete(used);
    if (!isKey(value))
      refuse(field, `\`${used}\` takes a text of 1 to ${longestKey} characters, none a control character.`);
    if (length !== undefined && value.length !== length)
      refuse(field, `\`${used}\` has ${length} characters.`);
    checked[name] = value;
  }
  // The unknown name is not repeated: it may be a key that slipped into its place.
  if (rest.size > 0) refuse("keys", `${broker} takes these keys only: ${Object.keys(keys).join(", ")}.`);
  return checked;
}

const fits: Readonly<Record<OpenSetting["kind"], (value: unknown, setting: OpenSetting) => boolean>> = {
  choice: (value, { choices = [] }) => typeof value === "string" && choices.includes(value),
  ms: (value) => Number.isSafeInteger(value) && Number(value) > 0,
  daily: (value) => value === false || (typeof value === "string" && clock.test(value)),
};

const possible: Readonly<Record<OpenSetting["kind"], (setting: OpenSetting) => string>> = {
  choice: ({ choices = [] }) => `one of ${choices.join(", ")}`,
  ms: () => "a whole number of milliseconds above 0",
  daily: () => "a time in India as HH:mm, or false for none",
};

/** @throws Problem `request_invalid` {field: `settings` or `settings.<name>`} */
export function checkedSettings(
  { name: broker, settings = {} }: Traits,
  given: NonNullable<PutApp["settings"]>,
) {
  for (const [name, value] of Object.entries(given)) {
    const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (!setting)
      refuse(
        "settings",
        `${broker} takes these settings only: ${Object.keys(settings).join(", ") || "none"}.`,
      );
    if (!fits[setting.kind](value, setting))
      refuse(`settings.${name}`, `\`${name}\` takes ${possible[setting.kind](setting)}.`);
  }
  return given;
}

/**
 * How many orders a second an app may send, and each of its connections; what is left out stays as it is on file.
 * @throws Problem `request_invalid` {field: `order_budget.<name>`}
 */
export function checkedOrderBudget(
  { per_connection, per_app }: NonNullable<PutApp["order_budget"]>,
  known: OrderBudget | undefined,
): OrderBudget {
  for (const [name, value] of Object.entries({ per_connection, per_app })) {
    const fits = Number.isInteger(value) && Number(value) >= 1 && Number(value) <= mostOrders;
    if (value !== undefined && value !== null && !fits)
      refuse(`order_budget.${name}`, `An order budget is 1 to ${mostOrders} orders a second, or null.`);
  }
  return {
    ordersPerConnection: per_connection === undefined ? (known?.ordersPerConnection ?? null) : per_connection,
    ordersPerApp: per_app === undefined ? (known?.ordersPerApp ?? null) : per_app,
  };
}

/** What is wrong with a return URL, as the rest of a sentence; `undefined` where nothing is. */
function faultOf(text: unknown): string | undefined {
  if (typeof text !== "string" || text.length > longestUrl) return `has at most ${longestUrl} characters`;
  // What a URL's reader would drop or turn round, so that the letters are not those of the place.
  const plain = /^https?:\/\/[^/]/i.test(text) && !/[\s\\\p{C}]/u.test(text);
  const url = plain && URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return "is an absolute http or https URL without blanks";
  if (text.includes("#")) return "has no fragment";
  if (/^[^:]+:\/\/[^/?#]*@/.test(text)) return "has no user name in it";
  if (toldNames.some((name) => url.searchParams.has(name)))
    return `has none of ${toldNames.join(", ")} in its query: the gateway adds them`;
  return url.protocol === "https:" || loopback.test(url.hostname)
    ? undefined
    : "begins with https, but for a loopback address";
}

/**
 * The return URLs, to the letter.
 * @param dashboard the gateway's own, which no app may have: what is begun with it, an operator has begun
 * @throws Problem `request_invalid` {field: `return_urls` or `return_urls.<index>`}
 */
export function checkedReturnUrls(urls: readonly string[], dashboard: string): readonly string[] {
  if (urls.length < 1 || urls.length > mostUrls)
    refuse("return_urls", `An app has 1 to ${mostUrls} return URLs.`);
  for (const [index, url] of urls.entries()) {
    const fault = url === dashboard ? "is not the dashboard's own" : faultOf(url);
    if (fault !== undefined) refuse(`return_urls.${index}`, `A return URL ${fault}.`);
  }
  return urls;
}
