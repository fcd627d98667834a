import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { allBrokers } from "../support/world.js";
import { newProxyWorld, type ProxyWorld, tenant } from "./support/proxy-world.js";

const [[, onFile]] = databases;
type Pair = readonly [string, string];

/** What belongs to a connection, names its peers or frames a message. */
const never = [
  "Keep-Alive",
  "Proxy-Connection",
  "Proxy-Authorization",
  "TE",
  "Trailer",
  "Via",
  "Forwarded",
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "X-Forwarded-Proto",
  "X-Real-IP",
  "X-Original-URL",
  "X-Rewrite-URL",
  "X-HTTP-Method-Override",
  "X-HTTP-Method",
  "X-Method-Override",
  "Cookie",
  "Cookie2",
  "Origin",
  "Referer",
  "User-Agent",
  "Accept-Encoding",
  "Content-Encoding",
  "Expect-CT",
  "DNT",
  "Sec-Fetch-Mode",
  "Idempotency-Key",
  "X-Request-Id",
  "X-Anything",
  "Authorization2",
  "If-Match",
  "Upgrade-Insecure-Requests",
  "Max-Forwards",
  "X_Forwarded_For",
  "Content_Length",
  "Transfer_Encoding",
  "Host_",
];

const capitals = (name: string): string => name.replace(/(^|-)([a-z])/g, (all) => all.toUpperCase());
/** Spellings of a credential's header that some server might take for it. */
const twins = (name: string): readonly string[] => [
  name,
  name.toLowerCase(),
  name.toUpperCase(),
  capitals(name.toLowerCase()),
  name.replaceAll("-", "_"),
  name.replaceAll("-", "_").toUpperCase(),
  `HTTP_${name.replaceAll("-", "_")}`,
  name.replaceAll("-", "."),
  name.replaceAll("-", ""),
  `x-${name}`,
  `${name}-`,
  `${name}x`,
];

describe("the headers of a forwarded call", () => {
  let world: ProxyWorld;
  const own = new Map<string, readonly Pair[]>();
  beforeAll(async () => {
    world = await newProxyWorld(await onFile());
    for (const broker of allBrokers) {
      await world.connect(broker);
      await world.moveTo(broker, "nasty");
      const { authHeaders } = await world.cache.get(tenant, broker);
      const pairs: Pair[] = [];
      for (let i = 0; i < authHeaders.length; i += 2) pairs.push([authHeaders[i]!, authHeaders[i + 1]!]);
      own.set(broker, pairs);
    }
  }, 60_000);
  beforeEach(() => {
    world.nasty.arrived.length = 0;
  });
  afterAll(() => world.close(), 60_000);

  /** What arrived, as pairs; names in small letters. */
  async function arrives(broker: string, headers: readonly Pair[]): Promise<readonly Pair[]> {
    world.nasty.arrived.length = 0;
    const answer = await world.call(broker, "/anything", { headers });
    expect(answer.status, JSON.stringify(headers)).toBe(200);
    const raw = world.nasty.arrived[0]?.rawHeaders ?? [];
    return raw.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), raw[i + 1] ?? ""] as Pair] : []));
  }

  /** Every credential once with our value, and besides nothing but these. */
  function expectOurs(
    broker: string,
    arrived: readonly Pair[],
    besides: readonly Pair[],
    about: string,
  ): void {
    const ours = (own.get(broker) ?? []).map(([name, value]): Pair => [name.toLowerCase(), value]);
    const host: Pair = ["host", new URL(world.nasty.origin).host];
    const expected = [host, ["connection", "keep-alive"] as Pair, ...besides, ...ours];
    expect([...arrived].sort(), about).toEqual([...expected].sort());
  }

  let cases = 0;
  it.each(allBrokers)(
    "carry each credential of %s once with our value, whatever the caller sends",
    async (broker) => {
      const names = [...new Set([...(own.get(broker) ?? []).map(([name]) => name), "authorization"])];
      expectOurs(broker, await arrives(broker, []), [], "plain");
      for (const name of names.flatMap(twins)) {
        // The key itself comes in `authorization`: a second one makes no valid request.
        if (name.toLowerCase() === "authorization") continue;
        for (const headers of [
          [[name, "forged"]],
          [
            [name, "forged"],
            [name, "again"],
          ],
        ] as Pair[][]) {
          expectOurs(broker, await arrives(broker, headers), [], JSON.stringify(headers));
          cases++;
        }
      }
      for (const name of never) {
        expectOurs(broker, await arrives(broker, [[name, "forged"]]), [], name);
        cases++;
      }
      for (const { 0: name } of own.get(broker) ?? []) {
        expectOurs(
          broker,
          await arrives(broker, [
            ["Connection", name],
            ["Connection", `${name}, close`],
          ]),
          [],
          name,
        );
        cases++;
      }
    },
  );

  it("let through what is on the list, as it was written", async () => {
    const listed: readonly Pair[] = [
      ["accept", "text/csv;q=0.9, */*"],
      ["accept-language", "en-IN, hi;q=0.5"],
      ["if-none-match", 'W/"abc"'],
      ["if-modified-since", "Fri, 20 Nov 2026 06:00:00 GMT"],
      ["range", "bytes=0-99"],
    ];
    for (const broker of allBrokers) {
      expectOurs(broker, await arrives(broker, listed), listed, "listed");
      const upper = listed.map(([name, value]): Pair => [name.toUpperCase(), value]);
      expectOurs(broker, await arrives(broker, upper), listed, "upper");
      cases += 2;
    }
  });

  it("were looked at in 300 cases or more", () => {
    expect(cases).toBeGreaterThanOrEqual(300);
  });

  it("can't bring in a second message: what is ambiguous is refused before anything is sent", async () => {
    const ambiguous: readonly (readonly Pair[])[] = [
      [
        ["content-length", "3"],
        ["content-length", "4"],
      ],
      [
        ["content-length", "3"],
        ["transfer-encoding", "chunked"],
      ],
      [["transfer-encoding", "chunked, identity"]],
      [["transfer-encoding", "xchunked"]],
      [["content-length", "+3"]],
      [["content-length", "0x3"]],
      [["accept ", "x"]],
      [["acc\u0000ept", "x"]],
      [["accept", "a\u0000b"]],
    ];
    for (const headers of ambiguous) {
      const { status } = await world.call("zebu", "/anything", { method: "POST", headers });
      expect([status >= 400 && status < 500, JSON.stringify(headers)]).toEqual([
        true,
        JSON.stringify(headers),
      ]);
    }
    expect(world.nasty.arrived).toEqual([]);
    const good = await world.call("zebu", "/anything", { method: "POST", body: "abc" });
    expect([good.status, world.nasty.arrived[0]?.body.toString()]).toEqual([200, "abc"]);
  });

  it("leave no room for a body where the method has none", async () => {
    for (const method of ["GET", "HEAD"]) {
      const { status } = await world.call("zebu", "/anything", { method, body: "x" });
      expect(status).toBe(400);
    }
    expect(world.nasty.arrived).toEqual([]);
  });
});
