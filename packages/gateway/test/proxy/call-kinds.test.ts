import type { BrokerId } from "kunji";
import { type CallRow, knownCalls } from "kunji/calls";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { disguises } from "../../../sdk/test/disguised-paths.js";
import type { CallKind } from "../../src/ports/api-keys.js";
import { databases } from "../support/databases.js";
import { allBrokers } from "../support/world.js";
import { newProxyWorld, type ProxyWorld } from "./support/proxy-world.js";

const [[, onFile]] = databases;
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

const pathsOf = ([, pattern]: CallRow): readonly string[] =>
  (pattern.endsWith("{*}") ? ["x", "x/y/z"] : [""]).map((rest) =>
    pattern.replace("{*}", rest).replaceAll("{}", "A1"),
  );

const rowsOf = (broker: BrokerId, kind: string) => knownCalls[broker].filter((row) => row[2] === kind);

/** What a line of HTTP can hold. */
const sendable = (path: string): boolean => /^\/[\x21-\x7e\u0080-\uffff]*$/.test(path);

describe("a call through the proxy", () => {
  let world: ProxyWorld;
  beforeAll(async () => {
    world = await newProxyWorld(await onFile());
    for (const broker of allBrokers) {
      await world.connect(broker);
      await world.moveTo(broker, "nasty");
    }
  }, 60_000);
  beforeEach(() => {
    world.nasty.arrived.length = 0;
  });
  afterAll(() => world.close(), 60_000);

  it.each(allBrokers)(
    "never reaches a login, token or logout of %s, by any method and with any key",
    async (broker) => {
      const paths = rowsOf(broker, "credential").flatMap(pathsOf);
      expect(paths.length).toBeGreaterThan(1);
      const let_through: string[] = [];
      for (const path of paths)
        for (const method of methods) {
          const answer = await world.call(broker, path, { method });
          const told = method === "HEAD" || answer.body.includes('"credential_call_refused"');
          if (answer.status !== 403 || !told) let_through.push(`${method} ${path} → ${answer.status}`);
        }
      expect(let_through).toEqual([]);
      expect(world.nasty.arrived).toEqual([]);
      const [read] = rowsOf(broker, "read");
      expect((await world.call(broker, pathsOf(read!)[0]!, { method: read![0] })).status).toBe(200);
      expect(world.nasty.arrived).toHaveLength(1);
    },
  );

  it("never reaches one by a spelling that some server might read as one", async () => {
    const hidden = disguises.filter(([, , path, kind]) => kind === "credential" && sendable(path));
    expect(hidden.length).toBeGreaterThan(50);
    const reached: string[] = [];
    for (const [broker, method, path] of hidden) {
      const { status } = await world.call(broker, path, { method });
      if (status < 400 || status >= 500) reached.push(`${broker} ${path} → ${status}`);
    }
    expect(reached).toEqual([]);
    expect(world.nasty.arrived).toEqual([]);
  });

  it.each(["order", "money"] as const)(
    "that is of the kind %s arrives only with a key that may",
    async (kind) => {
      const keys: readonly CallKind[] = kind === "order" ? ["read"] : ["read", "order"];
      const rows = allBrokers.flatMap((broker) =>
        rowsOf(broker, kind).map((row) => [broker, row[0], pathsOf(row)[0]!] as const),
      );
      expect(rows.length).toBeGreaterThan(10);
      for (const [broker, method, path] of rows) {
        world.nasty.arrived.length = 0;
        for (const key of keys) {
          const refused = await world.call(broker, path, { method, key });
          expect([refused.status, JSON.parse(refused.body.toString()).code, path]).toEqual([
            403,
            "call_refused",
            path,
          ]);
        }
        expect(world.nasty.arrived).toEqual([]);
        expect((await world.call(broker, path, { method, key: kind })).status, path).toBe(200);
        expect(world.nasty.arrived).toHaveLength(1);
      }
    },
  );

  it("that is a known read arrives with a key that may only read; an unknown one counts as an order", async () => {
    for (const broker of allBrokers)
      for (const row of rowsOf(broker, "read")) {
        const answer = await world.call(broker, pathsOf(row)[0]!, { method: row[0], key: "read" });
        expect(answer.status, `${broker} ${row[1]}`).toBe(200);
      }
    world.nasty.arrived.length = 0;
    for (const broker of allBrokers)
      expect((await world.call(broker, "/something/new", { key: "read" })).status).toBe(403);
    expect(world.nasty.arrived).toEqual([]);
  });

  it("is by HEAD what it is by GET", async () => {
    for (const broker of allBrokers) {
      const byGet = rowsOf(broker, "read").filter(([method]) => method === "GET");
      for (const path of byGet.flatMap(pathsOf))
        expect((await world.call(broker, path, { method: "HEAD", key: "read" })).status, path).toBe(200);
      world.nasty.arrived.length = 0;
      for (const path of ["/something/new", ...rowsOf(broker, "order").flatMap(pathsOf)]) {
        if (byGet.some((row) => pathsOf(row).includes(path))) continue;
        expect((await world.call(broker, path, { method: "HEAD", key: "read" })).status, path).toBe(403);
      }
      expect(world.nasty.arrived).toEqual([]);
    }
    expect((await world.call("zebu", "/something/new", { method: "HEAD", key: "order" })).status).toBe(200);
  });

  it("needs a key with the scope, and a connection of its own tenant", async () => {
    const nobody = await world.call("zebu", "/x", { headers: [["x", "y"]], key: "read" });
    expect(nobody.status).toBe(403);
    const foreign = await world.call("somebody-elses", "/v1.0/equities");
    expect([foreign.status, foreign.header("kunji-answer-from")]).toEqual([404, "gateway"]);
    expect(world.nasty.arrived).toEqual([]);
  });
});
