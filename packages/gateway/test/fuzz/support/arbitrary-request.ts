import fc from "fast-check";

/** One request, of any shape. */
export interface FuzzedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | undefined;
}

/** What a fuzzed request may know of the gateway: values that open doors, so that it gets behind them. */
export interface Known {
  readonly routes: readonly { readonly method: string; readonly url: string }[];
  readonly keys: readonly string[];
  readonly ids: readonly string[];
  readonly tokens: readonly string[];
  /** What opens the dashboard. */
  readonly cookie: string;
  readonly host: string;
}

const nasty = [
  "",
  ".",
  "..",
  "%2e%2e",
  "%00",
  "%",
  "%zz",
  "%ff%fe",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "-1",
  "1e309",
  "9007199254740993",
  "NaN",
  "2026-13-45T99:99:99Z",
  "0001-01-01T00:00:00Z",
  "+275760-09-13T00:00:00.001Z",
  "'; drop table connections; --",
  "\u{1f511}",
  "\u202e",
  "a".repeat(300),
  "{}",
  "[]",
  '"',
] as const;

const members = [
  ...["id", "app", "user", "return_url", "expected_account", "connection", "code", "name", "scopes", "calls"],
  ...["url", "types", "broker", "environment", "keys", "settings", "return_urls", "__proto__", "constructor"],
];

const scalar = (known: Known): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom<unknown>(...nasty, ...known.ids, ...known.tokens),
    fc.constantFrom<unknown>("zebu", "nuvama", "sandbox", "live", "https://app.example/connected", "read"),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.double(),
    fc.constantFrom<unknown>(null, true, false, 0, -0, 2 ** 53),
  );

/** Bodies that the gateway takes. */
const right: readonly Readonly<Record<string, unknown>>[] = [
  { app: "zebu", user: "u", return_url: "https://app.example/connected" },
  { name: "k", scopes: ["read"], calls: ["read"] },
  { url: "https://hooks.example/kunji", types: ["connection.active"] },
  { broker: "zebu", environment: "sandbox", return_urls: ["https://app.example/connected"] },
];

/** A body that is right, or would be but for one member. */
const nearlyRight = (known: Known): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...right),
      fc.option(fc.tuple(fc.constantFrom(...members), scalar(known)), { freq: 1 }),
    )
    .map(([fields, flaw]) => JSON.stringify(flaw ? { ...fields, [flaw[0]]: flaw[1] } : fields));

function body(known: Known): fc.Arbitrary<string | undefined> {
  const value = fc.oneof(scalar(known), fc.array(scalar(known), { maxLength: 4 }));
  const object = fc.dictionary(
    fc.constantFrom(...members),
    fc.oneof(value, fc.dictionary(fc.string(), value)),
  );
  return fc.oneof(
    { weight: 4, arbitrary: nearlyRight(known) },
    { weight: 4, arbitrary: object.map((fields) => JSON.stringify(fields)) },
    { weight: 2, arbitrary: fc.json({ maxDepth: 6 }) },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("{", '{"a":1', "[".repeat(5_000), '{"__proto__":{"x":1}}', "\u0000"),
    },
    {
      weight: 2,
      arbitrary: fc
        .dictionary(fc.constantFrom(...members), scalar(known).map(String))
        .map((fields) => new URLSearchParams(fields).toString()),
    },
    { weight: 2, arbitrary: fc.constant(undefined) },
  );
}

const part = (known: Known): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known.ids) },
    { weight: 2, arbitrary: fc.constantFrom(...known.tokens) },
    { weight: 3, arbitrary: fc.constantFrom(...nasty.map(encodeURI)) },
    { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 30 }).map(encodeURIComponentOr) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("NorenWClientAPI/GetQuotes", "v1.0/users/@me/info", "//evil.example/"),
    },
  );

/** Half a character can't be encoded. */
function encodeURIComponentOr(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return "%ED%A0%80";
  }
}

function url(known: Known, pattern: string): fc.Arbitrary<string> {
  const holes = pattern.match(/:[a-z]+|\*/gi)?.length ?? 0;
  const name = fc.constantFrom(
    "limit",
    "cursor",
    "after",
    "min",
    "at",
    "ends_before",
    "status",
    "broker",
    "x",
  );
  const value = fc.oneof(
    scalar(known).map((text) => encodeURIComponentOr(String(text))),
    fc.constantFrom("1", "500"),
  );
  return fc
    .tuple(
      fc.array(part(known), { minLength: holes, maxLength: holes }),
      fc.array(fc.tuple(name, value), { maxLength: 3 }),
    )
    .map(([parts, query]) => {
      let next = 0;
      const path = pattern.replace(/:[a-z]+|\*/gi, () => parts[next++] ?? "");
      return query.length === 0 ? path : `${path}?${query.map((pair) => pair.join("=")).join("&")}`;
    });
}

function headers(known: Known): fc.Arbitrary<Record<string, string>> {
  const printable = fc.string({ unit: "grapheme-ascii", maxLength: 60 });
  const optional = fc.record(
    {
      authorization: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...known.keys.map((key) => `Bearer ${key}`)) },
        { weight: 1, arbitrary: printable },
        { weight: 1, arbitrary: printable.map((text) => `Bearer ${text}`) },
      ),
      "content-type": fc.oneof(
        { weight: 6, arbitrary: fc.constant("application/json") },
        {
          weight: 2,
          arbitrary: fc.constantFrom(
            ...[
              "application/x-www-form-urlencoded",
              "multipart/form-data; boundary=x",
              "text/plain",
              ";",
              "a/b",
            ],
          ),
        },
      ),
      "idempotency-key": fc.oneof(printable, fc.constantFrom("same", "x".repeat(400))),
      cookie: fc.oneof(
        printable,
        fc.constantFrom(known.cookie, known.cookie, "kunji_x=1; kunji_x=2", "=;=;", "a".repeat(3_000)),
      ),
      "sec-fetch-site": fc.constantFrom("same-origin", "cross-site", "none"),
      origin: fc.constantFrom("null", "http://evil.example"),
      accept: fc.constantFrom("text/html", "application/json", "*/*", ""),
      "x-forwarded-for": printable,
      range: fc.constantFrom("bytes=0-", "bytes=9-1", "x"),
      te: fc.constantFrom("trailers", "x"),
    },
    { requiredKeys: ["authorization", "content-type"] },
  );
  return optional.map((given) => ({ host: known.host, ...given }));
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];

/** Requests that look like the gateway's own, each with something in it that nobody sends. */
export function arbitraryRequest(known: Known): fc.Arbitrary<FuzzedRequest> {
  const route = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...known.routes) },
    { weight: 1, arbitrary: fc.constant({ method: "GET", url: "/*" }) },
  );
  return route.chain(({ method, url: pattern }) =>
    fc.record({
      method: fc.oneof(
        { weight: 9, arbitrary: fc.constant(method) },
        { weight: 1, arbitrary: fc.constantFrom(...methods) },
      ),
      url: url(known, pattern),
      headers: headers(known),
      payload: body(known),
    }),
  );
}
