import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { allBrokers } from "../support/world.js";
import { newProxyWorld, type ProxyWorld, tenant } from "./support/proxy-world.js";

const [[, onFile]] = databases;

describe("the headers of a broker's answer", () => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await newProxyWorld(await onFile());
    for (const broker of allBrokers) {
      await world.connect(broker);
      await world.moveTo(broker, "nasty");
    }
  }, 60_000);
  afterAll(() => world.close(), 60_000);

  /** What comes back where the broker answers with these headers, small and large. */
  async function comesBack(broker: string, headers: readonly (readonly [string, string])[], length: number) {
    world.nasty.answer((_, response) => {
      response.writeHead(200, [["content-type", "text/plain"], ...headers].flat());
      response.end("x".repeat(length));
    });
    const answer = await world.call(broker, "/anything");
    expect([answer.status, answer.whole, answer.body.length]).toEqual([200, true, length]);
    return answer;
  }

  it("come back as they were, in any number", async () => {
    const plain = [
      ["etag", '"abc"'],
      ["x-ratelimit-remaining", "41"],
      ["x-several", "one"],
      ["x-several", "two"],
      ["link", "</next>; rel=next"],
    ] as const;
    for (const length of [10, 10_000]) {
      const answer = await comesBack("zebu", plain, length);
      for (const pair of plain) expect(answer.headers).toContainEqual(pair);
    }
  });

  const dropped = [
    ["Set-Cookie", "sid=1; Path=/"],
    ["Set-Cookie2", "sid=1"],
    ["Keep-Alive", "timeout=100"],
    ["Proxy-Authenticate", "Basic"],
    ["Proxy-Connection", "keep-alive"],
    ["Upgrade", "h2c"],
    ["Trailer", "x-late"],
    ["Alt-Svc", 'h3="evil.example:443"'],
    ["Clear-Site-Data", '"*"'],
    ["Strict-Transport-Security", "max-age=1"],
    ["Content-Security-Policy", "default-src *"],
    ["Kunji-Answer-From", "gateway"],
    ["X-Request-Id", "theirs"],
  ] as const;

  it.each(dropped)("don't hold %s", async (name, value) => {
    for (const length of [10, 10_000]) {
      const answer = await comesBack(
        "zebu",
        [
          [name, value],
          ["x-control", value],
        ],
        length,
      );
      expect(answer.headers.filter(([, given]) => given === value)).toEqual([["x-control", value]]);
      expect(answer.header("kunji-answer-from")).toBe("broker");
    }
  });

  it("don't hold what the broker declares to belong to the connection", async () => {
    const answer = await comesBack(
      "zebu",
      [
        ["Connection", "x-hop, keep-alive"],
        ["x-hop", "1"],
        ["x-end", "2"],
      ],
      10,
    );
    expect([answer.header("x-hop"), answer.header("x-end")]).toEqual([undefined, "2"]);
  });

  it.each(allBrokers)(
    "of %s hand no credential out: neither a rotated one nor one that is repeated",
    async (broker) => {
      const { authHeaders, session } = await world.cache.get(tenant, broker);
      for (const secret of Object.values(session.secrets)) {
        const value = secret.reveal();
        const repeated = await comesBack(
          broker,
          [
            ["x-debug", `sent: ${value};`],
            ["x-control", "c"],
          ],
          10_000,
        );
        expect(repeated.headers.some(([, text]) => text.includes(value))).toBe(false);
        expect(repeated.header("x-control")).toBe("c");
      }
      for (let i = 0; i < authHeaders.length; i += 2) {
        const name = authHeaders[i] ?? "";
        const rotated = await comesBack(
          broker,
          [
            [name.toUpperCase(), "rotated-value"],
            ["x-control", "c"],
          ],
          10,
        );
        expect(JSON.stringify(rotated.headers)).not.toContain("rotated-value");
        expect(rotated.header("x-control")).toBe("c");
      }
    },
  );
});
