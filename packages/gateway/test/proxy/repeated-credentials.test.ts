import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { credentialsOf } from "../../src/domain/proxy-credentials.js";
import { databases } from "../support/databases.js";
import { allBrokers } from "../support/world.js";
import { newProxyWorld, type ProxyWorld, tenant } from "./support/proxy-world.js";

const [[, onFile]] = databases;

describe("an answer that repeats a credential", () => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await newProxyWorld(await onFile());
    for (const broker of allBrokers) await world.connect(broker);
  }, 60_000);
  afterAll(() => world.close(), 60_000);

  it.each(allBrokers)("of %s is withheld, and the operator is told", async (broker) => {
    const { session } = await world.cache.get(tenant, broker);
    expect((await world.firstCall(broker)).status).toBe(200);
    world.signalled.length = 0;
    await world.steer("faults", { broker, fault: "echo" });
    const answer = await world.firstCall(broker);
    expect([answer.status, answer.header("kunji-answer-from")]).toEqual([502, "gateway"]);
    expect(JSON.parse(answer.body.toString()).code).toBe("answer_withheld");
    for (const secret of Object.values(session.secrets))
      expect(answer.body.includes(secret.reveal())).toBe(false);
    expect(world.signalled).toContain("warn answer_withheld");
    expect((await world.firstCall(broker)).status).toBe(200);
  });

  it("is cut before the credential where the answer is long, wherever it stands and however it is split", async () => {
    await world.moveTo("zebu", "nasty");
    const { session } = await world.cache.get(tenant, "zebu");
    const token = session.secrets.access_token?.reveal() ?? "";
    expect(token.length).toBeGreaterThan(20);
    const before = "b".repeat(9_000);
    const answered = async (pieces: readonly string[]) => {
      world.nasty.answer(async (_, response) => {
        response.writeHead(200, { "content-type": "text/plain" });
        for (const piece of pieces) {
          response.write(piece);
          await new Promise((resolve) => setTimeout(resolve, 15));
        }
        response.end();
      });
      return world.call("zebu", "/anything");
    };
    for (const cut of [1, 7, token.length - 1]) {
      const hit = await answered([before, token.slice(0, cut), token.slice(cut), "after"]);
      expect([hit.status, hit.whole]).toEqual([200, false]);
      expect(hit.body.toString()).toBe(before);
    }
    const almost = token.slice(0, -1);
    const honest = await answered([before, almost.slice(0, 9), almost.slice(9), "!", "after", almost]);
    expect([honest.status, honest.whole]).toEqual([200, true]);
    expect(honest.body.toString()).toBe(`${before}${almost}!after${almost}`);
  });

  it("is withheld in the other ways in which a text is written, too", () => {
    const secret = 'tok/en+with"all&of<it>';
    const { inBody } = credentialsOf([`Bearer ${secret}`]);
    const ways = [
      secret,
      JSON.stringify(secret),
      JSON.stringify(secret).replaceAll("/", "\\/"),
      encodeURIComponent(secret),
      new URLSearchParams({ t: secret }).toString(),
      secret
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;"),
      secret.replace(/["&<>+]/g, (c) => `\\u00${c.charCodeAt(0).toString(16).toUpperCase()}`),
    ];
    for (const way of ways) expect(inBody(Buffer.from(`before ${way} after`)), way).toBe(true);
    expect(inBody(Buffer.from(`before ${secret.slice(0, -1)} after`))).toBe(false);
  });

  it("is found of any credential in each way of writing, in headers and bodies, and what is only like one is not", () => {
    const ways: ((text: string) => string)[] = [
      (text) => text,
      JSON.stringify,
      encodeURIComponent,
      (text) => new URLSearchParams({ t: text }).toString(),
      (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`),
      (text) => text.replace(/[^\w.~-]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
    ];
    const text = fc.string({ unit: fc.constantFrom(...'aZ09/+=&<"-_.~ '), minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(text, text, fc.constantFrom(...ways), (secret, other, way) => {
        const { inBody, inText } = credentialsOf([other, secret]);
        const said = `before:${way(secret)}:after`;
        expect([inText(said), inBody(Buffer.from(said))]).toEqual([true, true]);
      }),
      { numRuns: 2_000 },
    );
    const { inBody, inText } = credentialsOf(["tok3n/of+asha"]);
    for (const like of ["tok3n", "tok3n/of", "asha", "tok3n%2Fof+asha", "TOK3N/OF+ASHA"])
      expect([like, inText(like), inBody(Buffer.from(like))]).toEqual([like, false, false]);
  });
});
