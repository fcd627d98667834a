import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ManyGateways, openMany } from "./support/gateways.js";
import type { GatewayProcess } from "./support/process.js";
import { openReplica, type Replica } from "./support/replica.js";

/** Few, so that they are soon taken. */
const places = { max_connections: "12", superuser_reserved_connections: "0", max_wal_senders: "0" };

describe("a gateway whose PostgreSQL lets nobody in", () => {
  let replica: Replica;
  let many: ManyGateways;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    replica = await openReplica();
    await replica.start("a", places);
    const url = replica.url("a");
    const client = new Client({ connectionString: url.replace(/\/[^/]*$/, "/postgres") });
    await client.connect();
    await client.query("create database gateway");
    await client.end();
    many = await openMany(async () => ({ url, drop: async () => undefined }));
    [gateway] = (await many.start(1)) as [GatewayProcess];
  }, 60_000);
  afterAll(async () => {
    await many.close();
    await replica.close();
  });

  async function answer(): Promise<string> {
    const { status, headers, body } = await many.ask(gateway, "GET", "/v1/apps");
    return [status, body.code, headers.get("retry-after")].join(" ");
  }
  const isRefused = () => expect.poll(answer, { timeout: 8_000 }).toBe("503 unavailable 1");
  const isBack = () => expect.poll(answer, { timeout: 8_000 }).toBe("200  ");
  beforeEach(isBack);

  it("answers 503 while the port is closed, and goes on by itself", async () => {
    await replica.stop("a");
    await isRefused();
    await replica.start("a", places);
    await isBack();
  }, 30_000);

  it("answers 503 while its login is refused, and goes on by itself", async () => {
    const letIn = await replica.refuse("a");
    await isRefused();
    await letIn();
    await isBack();
  }, 30_000);

  it("answers 503 while others have all connections, and goes on by itself", async () => {
    const held: Client[] = [];
    const hold = async (): Promise<boolean> => {
      const client = new Client({ connectionString: replica.url("a"), application_name: "holder" });
      client.on("error", () => undefined);
      const got = await client.connect().then(
        () => true,
        () => false,
      );
      if (got) held.push(client);
      return got;
    };
    const end =
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name <> 'holder' and datname = 'gateway'";
    expect(await hold()).toBe(true);
    for (let tries = 0; tries < 500 && held.length < Number(places.max_connections); tries++)
      if (!(await hold())) await held[0]?.query(end);
    expect(held).toHaveLength(Number(places.max_connections));
    await isRefused();
    await Promise.all(held.map((client) => client.end()));
    await isBack();
  }, 30_000);
});
