import { Client } from "pg";
import { expect, it } from "vitest";
import { connectionsOfOne } from "../../src/adapters/database/postgres-connections.js";
import { openWhole } from "../invariants/support/whole-gateway.js";
import { newPostgres } from "../support/postgres.js";

it("a gateway under load holds as many connections to PostgreSQL as doctor says that one takes", async () => {
  const { url, drop } = await newPostgres();
  const whole = await openWhole({ env: { DATABASE_URL: url } });
  // Within a transaction the same backends are counted each time.
  const [other, counter] = [new Client({ connectionString: url }), new Client({ connectionString: url })];
  await Promise.all([other.connect(), counter.connect()]);
  try {
    const { store } = whole.gateway.ports;
    // Each waits for a row that is held, with its connection.
    await other.query("begin; lock table tenants in access exclusive mode");
    const held = Promise.all(Array.from({ length: 40 }, () => store.tenants.get("operator")));
    const count = async () => {
      const { rows } = await counter.query(
        "select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'kunji-gateway' and backend_type = 'client backend'",
      );
      return rows[0]?.n as number;
    };
    await expect.poll(count, { timeout: 4_000 }).toBe(connectionsOfOne);
    await other.query("rollback");
    await held;
    expect(await count()).toBe(connectionsOfOne);
  } finally {
    await Promise.all([other.end(), counter.end()]);
    await whole.close();
    await drop();
  }
}, 30_000);
