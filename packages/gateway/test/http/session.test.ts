import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StoreProblem } from "../../src/ports/store-problem.js";
import { connected, newConnection } from "../connect/support/logins.js";
import { databases } from "../support/databases.js";
import { type ApiWorld, newApiWorld, withTenant } from "./support/api-world.js";

let world: ApiWorld;
let key: string;
let connection: string;
let auditFails = false;
beforeAll(async () => {
  world = await newApiWorld(await databases[0][1](), {
    ports(ports) {
      const { audit } = ports.store;
      const failing: typeof audit = {
        ...audit,
        async append(...given) {
          if (auditFails) throw new StoreProblem("store_busy", "The database is busy.");
          return audit.append(...given);
        },
      };
      const store = new Proxy(ports.store, {
        get: (target, name) => (name === "audit" ? failing : Reflect.get(target, name, target)),
      });
      return { ...ports, store };
    },
  });
  key = await withTenant(world, "acme");
  connection = (await connected(world, { tenant: "acme", broker: "zebu" })).id;
});
afterAll(() => world.close());

const read = (query = "", id = connection) =>
  world.call("GET", `/v1/connections/${id}/session${query}`, { key });
const readings = async () =>
  (await world.store.audit.list("acme", 0, 1_000)).filter(({ action }) => action === "session.read");

describe("reading a session's headers", () => {
  it("gives headers that the broker takes, and says where to call and until when", async () => {
    const { status, body } = await read();
    expect([status, body.connection, body.broker, body.generation]).toEqual([200, connection, "zebu", 1]);
    const answer = await fetch(`${body.base_url}/NorenWClientAPI/GetQuotes`, {
      method: "POST",
      headers: { ...body.headers, "content-type": "application/json" },
      body: '{"uid":"ZP0001","exch":"NSE","token":"2885"}',
    });
    expect(answer.status).toBe(200);
    expect(Date.parse(body.ends_at)).toBeGreaterThan(world.now());
  });

  it("is written down each time, with the key that read", async () => {
    const before = (await readings()).length;
    await read();
    await read();
    const after = await readings();
    expect(after).toHaveLength(before + 2);
    const { items } = (await world.call("GET", "/v1/keys", { key })).body;
    expect(after.at(-1)).toMatchObject({ key: items[0].id, kind: "connection", id: connection });
  });

  it("is written down with the generation of the session that was given, also of one that was just renewed", async () => {
    const { id } = await connected(world, { tenant: "acme", broker: "zebu" });
    const generations = async () =>
      (await readings()).filter((one) => one.id === id).map(({ facts }) => facts && JSON.parse(facts));
    expect((await read("", id)).body.generation).toBe(1);
    const row = await world.store.connections.get("acme", id);
    world.advance((row?.endsAt ?? 0) - world.now() - 60_000);
    expect((await read("?min=300", id)).body.generation).toBe(2);
    expect(await generations()).toEqual([{ generation: 1 }, { generation: 2 }]);
    const { body } = await world.call("GET", "/v1/audit/verify", { key });
    expect(body).toMatchObject({ intact: true, faults: [] });
  });

  it("gives none where it can't be written down, and gives them again when it can", async () => {
    auditFails = true;
    const refused = await read();
    auditFails = false;
    expect([refused.status, refused.body.code, refused.body.headers]).toEqual([
      503,
      "unavailable",
      undefined,
    ]);
    const { body } = await read();
    for (const value of Object.values(body.headers)) expect(refused.text).not.toContain(value);
  });

  it("gives them for as long as is asked, and refuses more", async () => {
    const { body } = await read();
    const left = Math.floor((Date.parse(body.ends_at) - world.now()) / 1_000);
    expect((await read(`?min=${left}`)).status).toBe(200);
    const longer = await read("?min=90000");
    expect([longer.status, longer.body.code]).toEqual([409, "session_too_short"]);
    for (const min of ["-1", "1.5", "soon", "1000000"])
      expect([min, (await read(`?min=${min}`)).status]).toEqual([min, 400]);
  });

  it("gives none before a login, and writes no reading down", async () => {
    const before = (await readings()).length;
    const waiting = await newConnection(world, { tenant: "acme", broker: "zebu" });
    const { status, body } = await read("", waiting.connection.id);
    expect([status, body.code]).toEqual([409, "login_needed"]);
    expect(await readings()).toHaveLength(before);
  });
});
