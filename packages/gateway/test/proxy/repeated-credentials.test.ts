import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

  it("is withheld in the other ways in which a text is written, too", async () => {
    const secret = 'tok/en+with"all&of<it>';
    const { credentialsOf } = await import("../../src/domain/proxy-credentials.js");
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
});
