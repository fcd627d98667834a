import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { goodPaths, hostilePaths } from "../../../sdk/test/hostile-paths.js";
import { databases } from "../support/databases.js";
import { type NastyServer, nastyServer } from "./support/nasty-server.js";
import { newProxyWorld, type ProxyWorld } from "./support/proxy-world.js";
import { rawCall } from "./support/raw-call.js";

const [[, onFile]] = databases;
const texts = hostilePaths.filter((path) => typeof path === "string");

describe("a path that a caller names", () => {
  let world: ProxyWorld;
  let trap: NastyServer;
  beforeAll(async () => {
    world = await newProxyWorld(await onFile(), { brokers: ["autoshares"] });
    trap = await nastyServer();
    await world.connect("autoshares");
    await world.moveTo("autoshares", "nasty");
  }, 60_000);
  beforeEach(() => {
    world.nasty.arrived.length = 0;
  });
  afterAll(async () => {
    await trap.close();
    await world.close();
  });

  it("reaches the app's broker below its base path, or nothing", async () => {
    expect(texts.length).toBeGreaterThan(400);
    const trapHost = new URL(trap.origin).host;
    const escaped: string[] = [];
    for (const text of texts) {
      const path = text.replaceAll("evil.example", trapHost);
      world.nasty.arrived.length = 0;
      const { status } = await world.call("autoshares", path);
      const [arrived, ...more] = world.nasty.arrived;
      const refused = !arrived && status >= 400 && status < 500;
      const below = arrived?.url.startsWith("/api/") && !/(?:^|[/\\])\.\.(?:[/\\]|$)/.test(arrived.url);
      if ((!refused && !below) || more.length > 0) escaped.push(`${path} → ${status} ${arrived?.url}`);
    }
    expect(escaped).toEqual([]);
    expect(trap.arrived).toEqual([]);
    await rawCall(Number(new URL(trap.origin).port), "/control");
    expect(trap.arrived.map(({ url }) => url)).toEqual(["/control"]);
  });

  it("arrives as it was written where it is plain, with its query", async () => {
    for (const [path, arrives] of goodPaths) {
      world.nasty.arrived.length = 0;
      const answer = await world.call(
        "autoshares",
        path.replace("naïve path", encodeURIComponent("naïve path")),
      );
      expect(answer.status, path).toBe(200);
      expect(world.nasty.arrived.map(({ url }) => url)).toEqual([`/api${arrives}`]);
    }
    const long = `/v1.0/equities/${"x".repeat(4_000)}?q=${"y".repeat(4_000)}`;
    await world.call("autoshares", long);
    expect(world.nasty.arrived.at(-1)?.url).toBe(`/api${long}`);
  });

  it("is refused where the request's address is spelled in another way than the route's", async () => {
    const key: readonly [string, string] = ["authorization", `Bearer ${world.keys.money}`];
    const ways = [
      `http://${new URL(trap.origin).host}/v1/connections/autoshares/proxy/v1.0/equities`,
      "/v1/connections/autoshares/%70roxy/v1.0/equities",
      "/v1/%63onnections/autoshares/proxy/v1.0/equities",
      "//v1/connections/autoshares/proxy/v1.0/equities",
      "/v1/connections/autoshares//proxy/v1.0/equities",
      "/v1/connections/autoshares/x/../proxy/v1.0/equities",
    ];
    for (const way of ways) {
      const { status } = await rawCall(world.port, way, { headers: [key] });
      expect(status, way).toBeGreaterThanOrEqual(400);
      expect(status, way).toBeLessThan(500);
    }
    expect(world.nasty.arrived).toEqual([]);
    const good = await rawCall(world.port, "/v1/connections/autoshares/proxy/v1.0/equities", {
      headers: [key],
    });
    expect(good.status).toBe(200);
    expect(world.nasty.arrived).toHaveLength(1);
  });

  it("says with a code that the path was refused, and that the answer is the gateway's own", async () => {
    const answer = await world.call("autoshares", "/../other");
    expect(answer.status).toBe(400);
    expect(answer.header("content-type")).toMatch(/^application\/problem\+json/);
    expect(answer.header("kunji-answer-from")).toBe("gateway");
    const problem = JSON.parse(answer.body.toString());
    expect(problem).toMatchObject({ code: "path_refused", broker: "autoshares" });
    expect(problem.request_id).toBe(answer.header("x-request-id"));
  });
});
