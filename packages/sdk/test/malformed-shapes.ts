import type { BrokerId } from "../src/index.js";
import { others, values } from "./malformed-values.js";

/** The right callback in its parts, undecoded. */
export interface Right {
  readonly base: string;
  readonly pairs: readonly (readonly [name: string, raw: string])[];
  /** The parameter that holds the code or the token. */
  readonly main: string;
  /** A parameter that is plain text at every broker. */
  readonly plain: string;
  /** A whole callback of another broker. */
  readonly foreign: string;
}

/**
 * What the refusal says. `malformed`: the callback can't be read. `missing`: what is wanted isn't there. `bare`: nothing
 * is there, not even a `state`. `elsewhere`: it is no callback of this app.
 */
export type Verdict = "malformed" | "missing" | "bare" | "elsewhere";
export type Shape = readonly [name: string, verdict: Verdict, make: (right: Right) => unknown];

export const text = ({ base, pairs }: Pick<Right, "base" | "pairs">): string =>
  `${base}?${pairs.map(([name, raw]) => `${name}=${raw}`).join("&")}`;

export const rawOf = ({ pairs }: Right, wanted: string) => pairs.find(([name]) => name === wanted)?.[1] ?? "";

/** The right callback with one parameter's raw value changed. */
export const valued = (right: Right, wanted: string, to: (raw: string) => string): string =>
  text({
    ...right,
    pairs: right.pairs.map(([name, raw]) => [name, name === wanted ? to(raw) : raw] as const),
  });
/** The right callback with one parameter's raw name changed. */
const named = (right: Right, to: (name: string) => string): string =>
  text({
    ...right,
    pairs: right.pairs.map(([name, raw]) => [name === right.main ? to(name) : name, raw] as const),
  });
export const more = (right: Right, tail: string): string => `${text(right)}&${tail}`;
const from = (right: Right, base: string): string => text({ ...right, base });
const url = (right: Right, change: (url: URL) => void): string => {
  const changed = new URL(right.base);
  change(changed);
  return from(right, changed.href);
};
const firstEncoded = (name: string) => `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`;

export const shapes: readonly Shape[] = [
  ...values.map(([name, to]): Shape => [name, "malformed", (right) => valued(right, right.main, to)]),
  ...others.map(([name, value]): Shape => [`${name} in place of a URL`, "malformed", () => value]),
  [
    "an object that can be printed as the right URL",
    "malformed",
    (right) => ({ toString: () => text(right) }),
  ],
  ["a list that can be printed as the right URL", "malformed", (right) => [text(right)]],
  [
    "an object that fails to be printed",
    "malformed",
    () => ({
      toString: () => {
        throw new Error("no");
      },
    }),
  ],

  [
    "the same parameter twice",
    "malformed",
    (right) => more(right, `${right.main}=${rawOf(right, right.main)}`),
  ],
  ["a parameter twice, the second differs", "malformed", (right) => more(right, `${right.main}=intruder`)],
  [
    "a parameter twice, the first differs",
    "malformed",
    (right) => `${right.base}?${right.main}=intruder&${text(right).split("?")[1]}`,
  ],
  [
    "a parameter twice, once with an encoded name",
    "malformed",
    (right) => more(right, `${firstEncoded(right.main)}=intruder`),
  ],
  ["a parameter twice, once without a value", "malformed", (right) => more(right, right.main)],
  ["a parameter three times", "malformed", (right) => more(right, `${right.main}=a&${right.main}=b`)],
  ["a plain parameter twice", "malformed", (right) => more(right, `${right.plain}=intruder`)],
  [
    "a `+` in a plain parameter, which is a blank",
    "malformed",
    (right) => valued(right, right.plain, (raw) => `${raw}+x`),
  ],
  ["a plain parameter of blanks", "malformed", (right) => valued(right, right.plain, () => "%20%20")],
  ["a blank before a plain value", "malformed", (right) => valued(right, right.plain, (raw) => `%20${raw}`)],
  [
    "a name without a value",
    "malformed",
    (right) => text(right).replace(`${right.main}=${rawOf(right, right.main)}`, right.main),
  ],
  ["an unknown parameter with invalid UTF-8", "malformed", (right) => more(right, "lang=%FF")],
  ["an unknown name with invalid UTF-8", "malformed", (right) => more(right, "%C0%AE=1")],
  ["an unknown parameter with a lone percent sign", "malformed", (right) => more(right, "share=100%")],
  ["an address of more than 32 kB", "malformed", (right) => more(right, `x=${"y".repeat(33_000)}`)],

  ["a name with brackets", "missing", (right) => named(right, (name) => `${name}[]`)],
  ["a name with an index", "missing", (right) => named(right, (name) => `${name}[0]`)],
  ["a name with encoded brackets", "missing", (right) => named(right, (name) => `${name}%5B%5D`)],
  ["a name in capitals", "missing", (right) => named(right, (name) => name.toUpperCase())],
  [
    "a name with a capital",
    "missing",
    (right) => named(right, (name) => name[0]?.toUpperCase() + name.slice(1)),
  ],
  ["a name with a NUL", "missing", (right) => named(right, (name) => `${name}%00`)],
  ["a name with a blank before it", "missing", (right) => named(right, (name) => `%20${name}`)],
  ["a name with a blank behind it", "missing", (right) => named(right, (name) => `${name}+`)],
  ["a name with a dot", "missing", (right) => named(right, (name) => `${name}.value`)],
  [
    "a name that is encoded twice",
    "missing",
    (right) => named(right, (name) => `%25${firstEncoded(name).slice(1)}`),
  ],
  [
    "a name in wide letters",
    "missing",
    (right) =>
      named(right, (name) =>
        encodeURIComponent(name.replace(/[a-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))),
      ),
  ],
  ["`__proto__` in place of the name", "missing", (right) => named(right, () => "__proto__")],
  ["`constructor` in place of the name", "missing", (right) => named(right, () => "constructor")],
  ["a name inside `__proto__`", "missing", (right) => named(right, (name) => `__proto__[${name}]`)],
  ["no name at all", "missing", (right) => named(right, () => "")],
  ["a name behind an escaped ampersand", "missing", (right) => named(right, (name) => `amp;${name}`)],
  ["a name behind a semicolon", "missing", (right) => named(right, (name) => `a=1;${name}`)],
  [
    "a parameter left out",
    "missing",
    (right) => text({ ...right, pairs: right.pairs.filter(([name]) => name !== right.main) }),
  ],

  ["no query", "bare", (right) => right.base],
  ["an empty query", "bare", (right) => `${right.base}?`],
  ["ampersands alone", "bare", (right) => `${right.base}?&&&`],
  ["all of it in the fragment", "bare", (right) => text(right).replace("?", "#")],
  ["all of it in the fragment, with a question mark", "bare", (right) => text(right).replace("?", "#?")],
  [
    "names and values as one encoded query",
    "bare",
    (right) => `${right.base}?${encodeURIComponent(text(right).split("?")[1] ?? "")}`,
  ],
  [
    "another broker's query at the own address",
    "bare",
    (right) => `${right.base}?${right.foreign.split("?")[1]}`,
  ],

  ["a blank before the URL", "malformed", (right) => ` ${text(right)}`],
  ["a line break behind the URL", "malformed", (right) => `${text(right)}\n`],
  ["a tab inside the URL", "malformed", (right) => text(right).replace("?", "?\t")],
  [
    "a line break inside a name",
    "malformed",
    (right) => named(right, (name) => `${name[0]}\r\n${name.slice(1)}`),
  ],
  ["a raw NUL", "malformed", (right) => `${text(right)}\0`],
  ["an empty text", "malformed", () => ""],
  ["a path without a host", "malformed", (right) => text(right).replace(/^https?:\/\/[^/]+/, "")],
  ["a URL without a scheme", "malformed", (right) => text(right).replace(/^https?:/, "")],
  ["a host that is none", "malformed", (right) => text(right).replace(/\/\/[^/]+/, "//[::1")],
  ["a port that is none", "malformed", (right) => text(right).replace(/:\d+\//, ":99999/")],
  ["a user before the host", "malformed", (right) => from(right, right.base.replace("//", "//user@"))],
  [
    "a user and a password before the host",
    "malformed",
    (right) => url(right, (to) => Object.assign(to, { username: "u", password: "p" })),
  ],
  [
    "the own host as a user of another",
    "malformed",
    (right) => from(right, right.base.replace(/\/\/([^/]+)/, "//$1@evil.example")),
  ],

  [
    "another host",
    "elsewhere",
    (right) =>
      url(right, (to) => {
        to.hostname = "evil.example";
      }),
  ],
  [
    "another name of the same host",
    "elsewhere",
    (right) =>
      url(right, (to) => {
        to.hostname = "localhost";
      }),
  ],
  [
    "a host below another",
    "elsewhere",
    (right) => from(right, right.base.replace(/\/\/([^/:]+)/, "//$1.evil.example")),
  ],
  [
    "another port",
    "elsewhere",
    (right) =>
      url(right, (to) => {
        to.port = "4703";
      }),
  ],
  [
    "no port",
    "elsewhere",
    (right) =>
      url(right, (to) => {
        to.port = "";
      }),
  ],
  [
    "another scheme",
    "elsewhere",
    (right) =>
      url(right, (to) => {
        to.protocol = "https:";
      }),
  ],
  ["a scheme of no host", "elsewhere", (right) => `javascript:${text(right)}`],
  ["a `blob:` of the own URL", "elsewhere", (right) => `blob:${text(right)}`],
  ["a `data:` URL", "elsewhere", (right) => `data:text/html,${text(right)}`],
  ["a `file:` URL", "elsewhere", (right) => text(right).replace(/^https?:\/\/[^/]+/, "file://")],
  ["a longer path", "elsewhere", (right) => from(right, `${right.base}/more`)],
  ["a slash behind the path", "elsewhere", (right) => from(right, `${right.base}/`)],
  ["two slashes in the path", "elsewhere", (right) => from(right, right.base.replace(/([^:/])\//, "$1//"))],
  [
    "the path in capitals",
    "elsewhere",
    (right) =>
      url(right, (to) => {
        to.pathname = to.pathname.toUpperCase();
      }),
  ],
  [
    "the path with an encoded letter",
    "elsewhere",
    (right) =>
      from(
        right,
        right.base.replace(/.$/, (last) => firstEncoded(last)),
      ),
  ],
  ["a path that climbs", "elsewhere", (right) => from(right, `${right.base}/..`)],
  ["a matrix parameter in the path", "elsewhere", (right) => from(right, `${right.base};jsessionid=1`)],
  [
    "all of it as matrix parameters",
    "elsewhere",
    (right) => text(right).replace("?", ";").replaceAll("&", ";"),
  ],
  ["an encoded question mark", "elsewhere", (right) => text(right).replace("?", "%3F")],
  ["another broker's whole callback", "elsewhere", (right) => right.foreign],
];

export const parameters: Readonly<Partial<Record<BrokerId, readonly [main: string, plain: string]>>> = {
  ventura: ["request_token", "request_token"],
  nuvama: ["encrTkn", "userid"],
  zebu: ["code", "code"],
  rmoney: ["authCode", "userId"],
};
