// The secrets that somebody must be told, and by which of the answers.
import type { Seen } from "../../browser/support/person.js";
import type { Sink } from "./secret-search.js";
import type { Answer } from "./whole-gateway.js";

/** Where a caller of the API is told a secret, and which. */
export function allowedIn({ asked, headers }: Answer): readonly string[] {
  // Nuvama names the app in the body of each of its answers, by its page; what a broker says is passed on untouched.
  if (headers.includes("kunji-answer-from: broker"))
    return ["app key of nuvama: AppIdKey", "token at nuvama: appIdKey"];
  if (/^GET .*\/session/.test(asked)) return ["token", "vendor session", "app key of"];
  if (asked === "POST /v1/keys") return ["a key that was made"];
  if (asked === "POST /v1/tenants") return ["a tenant's first key"];
  if (asked === "POST /v1/webhooks") return ["a webhook's secret"];
  return /^POST \/v1\/connections$/.test(asked) ? ["link"] : [];
}

/** What a browser's own login must give to it: by what kind of answer it is. */
export function browserSinks(name: string, seen: readonly Seen[], login = false): readonly Sink[] {
  return seen.flatMap(({ text, headers, setCookies }, i) => {
    const { location = "", "set-cookie": _, ...others } = headers;
    const atBroker = /^http:\/\/127\.0\.0\.1:\d+\/(?!callback)/.test(location) && !location.includes(":4700");
    // The broker's page demands the vendor's session in its URL, and returns `state`.
    const moved = atBroker ? ["attempt", "vendor session"] : ["one-time code"];
    return [
      { where: `${name}: page ${i}`, text, allowed: login ? ["link", "account question"] : ["link"] },
      { where: `${name}: headers ${i}`, text: JSON.stringify(others) },
      {
        where: `${name}: Location ${i}`,
        text: location,
        allowed: login ? moved : ["attempt", "vendor session"],
      },
      {
        where: `${name}: cookies ${i}`,
        text: setCookies.join("\n"),
        allowed: login ? ["cookie", "account question", "link"] : [],
      },
    ];
  });
}
