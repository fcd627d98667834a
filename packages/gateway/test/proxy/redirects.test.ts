import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "../support/databases.js";
import { allBrokers } from "../support/world.js";
import { newProxyWorld, type ProxyWorld } from "./support/proxy-world.js";

const [[, onFile]] = databases;
const statuses = [301, 302, 303, 307, 308];

describe("a redirect", () => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await newProxyWorld(await onFile());
    for (const broker of allBrokers) await world.connect(broker);
  }, 60_000);
  afterAll(() => world.close(), 60_000);

  async function trapped(): Promise<number> {
    const answer = await world.sandbox.fetch(`${world.sandboxUrl}/_sandbox/ledger`);
    return ((await answer.json()) as { broker: string | null }[]).filter(({ broker }) => broker === null)
      .length;
  }

  it.each(allBrokers)("of %s is not followed, whatever its status", async (broker) => {
    for (const status of statuses) {
      await world.steer("faults", { broker, fault: `redirect-${status}` });
      const before = (await world.ledger(broker)).length;
      const answer = await world.firstCall(broker);
      expect([answer.status, answer.header("kunji-answer-from")]).toEqual([502, "gateway"]);
      expect(JSON.parse(answer.body.toString())).toMatchObject({ code: "broker_refused", broker });
      expect(answer.header("location")).toBeUndefined();
      expect((await world.ledger(broker)).length).toBe(before + 1);
    }
    expect(await trapped()).toBe(0);
  });

  it("would be seen by the trap if somebody followed it", async () => {
    await world.steer("faults", { broker: "rmoney", fault: "redirect-302" });
    const answer = await fetch(`${world.sandboxUrl}/rmoney/open-api/od/v1/profile`);
    expect(answer.url).toContain("/_sandbox/trap");
    expect(await trapped()).toBe(1);
  });

  it("is no 304, which answers a condition", async () => {
    await world.moveTo("zebu", "nasty");
    world.nasty.answer((request, response) => {
      response.writeHead(request.headers["if-none-match"] === '"v1"' ? 304 : 200, { etag: '"v1"' });
      response.end();
    });
    const answer = await world.call("zebu", "/anything", { headers: [["if-none-match", '"v1"']] });
    expect([answer.status, answer.header("etag"), answer.body.length]).toEqual([304, '"v1"', 0]);
  });
});
