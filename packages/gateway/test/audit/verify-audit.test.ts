import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chainBegin, chainHash } from "../../src/domain/audit-chain.js";
import { verifyAudit } from "../../src/flows/verify-audit.js";
import type { NewAuditRecord } from "../../src/ports/audit.js";
import type { Store } from "../../src/ports/store.js";
import { databases, type TestDatabase } from "../support/databases.js";
import { type Gateways, openGateways } from "../support/gateways.js";
import { t0 } from "../support/rows.js";
import { runStatement } from "../support/run-statement.js";

const record = (n: number): NewAuditRecord => ({
  at: t0 + n,
  key: n % 2 ? "key_1" : null,
  action: "session.read",
  kind: "connection",
  id: `con_${n}`,
  ...(n % 3 === 0 && { facts: { reason: 'ünïcode \u2028 "quoted"', generation: n } }),
});

describe.each(databases)("the audit's chain on %s", (_name, make) => {
  let database: TestDatabase;
  let gateways: Gateways;
  let store: Store;
  let tenants = 0;

  beforeAll(async () => {
    database = await make();
    gateways = await openGateways(database);
    store = gateways.store;
  });
  afterAll(() => gateways.close());

  /** A tenant with so many records. */
  async function tenantWith(records: number): Promise<string> {
    tenants += 1;
    const tenant = `t${tenants}`;
    await store.tenants.add(tenant, { name: tenant, madeBy: null, at: t0 });
    await store.transaction(async (parts) => {
      for (let n = 1; n <= records; n++) await parts.audit.append(tenant, record(n));
    });
    return tenant;
  }
  const run = (statement: string) => runStatement(database.place, statement);
  const anchorOf = async (tenant: string, at: number) => {
    const [found] = await store.audit.list(tenant, at - 1, 1);
    return { sequence: at, hash: found?.hash ?? "" };
  };
  const faultsOf = async (tenant: string, anchors: Parameters<typeof verifyAudit>[2] = []) => {
    const { intact, faults } = await verifyAudit(store, tenant, anchors);
    expect(intact).toBe(faults.length === 0);
    return faults.map(({ sequence, fault }) => `${sequence} ${fault}`);
  };

  it("is SHA-256 over the hash before it, a line feed and the canonical JSON, from the hash of nothing on", async () => {
    const tenant = await tenantWith(3);
    const kept = await store.audit.list(tenant, 0, 10);
    const words = [
      `{"action":"session.read","at":"2026-11-20T06:00:00.001Z","facts":null,"id":"con_1","key":"key_1","kind":"connection","sequence":1,"tenant":"${tenant}"}`,
      `{"action":"session.read","at":"2026-11-20T06:00:00.002Z","facts":null,"id":"con_2","key":null,"kind":"connection","sequence":2,"tenant":"${tenant}"}`,
      `{"action":"session.read","at":"2026-11-20T06:00:00.003Z","facts":{"generation":3,"reason":"ünïcode \u2028 \\"quoted\\""},"id":"con_3","key":"key_1","kind":"connection","sequence":3,"tenant":"${tenant}"}`,
    ];
    let before = createHash("sha256").digest("hex");
    for (const [i, text] of words.entries()) {
      before = createHash("sha256").update(`${before}\n${text}`).digest("hex");
      expect(kept[i]?.hash).toBe(before);
    }
    expect((await store.audit.chain(tenant))?.head).toEqual({ sequence: 3, hash: before });
  });

  it("is one unbroken chain after fifty appends at once, some of them rolled back", async () => {
    const tenant = await tenantWith(0);
    await gateways.atOnce(50, async (gateway, i) => {
      if (i % 5 > 0) return gateway.audit.append(tenant, record(i));
      const stop = new RangeError("stop");
      const work = gateway.transaction(async (parts) => {
        await parts.audit.append(tenant, record(i));
        throw stop;
      });
      return work.catch((error: unknown) => expect(error).toBe(stop));
    });
    const verdict = await verifyAudit(store, tenant);
    expect(verdict).toMatchObject({ intact: true, records: 40, head: { sequence: 40 }, faults: [] });
  });

  it("is found whole while others go on writing", async () => {
    const tenant = await tenantWith(5);
    const verdicts = await gateways.atOnce(24, async (gateway, i) =>
      i % 2 ? gateway.audit.append(tenant, record(i)) : verifyAudit(gateway, tenant),
    );
    const read = verdicts.filter((one) => one !== undefined && "intact" in one);
    expect(read).toHaveLength(12);
    expect(read.every((one) => "intact" in one && one.intact)).toBe(true);
  });

  it.each([
    ["what was done", "action = 'session.peek'", "4 changed"],
    ["when", "at = at + 1", "4 changed"],
    ["who", "key = 'key_9'", "4 changed"],
    ["nobody for somebody", "key = null", "4 changed", 5],
    ["to what", "id = 'con_0'", "4 changed"],
    ["the kind", "kind = 'app'", "4 changed"],
    ["its facts", "facts = '{}'", "4 changed"],
    ["its facts for what is no JSON", "facts = 'nothing'", "4 changed"],
    ["its moment for none that there is", "at = 9000000000000000", "4 changed"],
    ["its hash", `hash = '${"0".repeat(64)}'`, "4 changed"],
  ])("tells a record in which %s was changed", async (_, change, fault, at = 4) => {
    const tenant = await tenantWith(6);
    expect(await faultsOf(tenant)).toEqual([]);
    await run(`update audit set ${change} where tenant = '${tenant}' and sequence = ${at}`);
    const [first] = await faultsOf(tenant);
    expect(first).toBe(fault.replace("4", String(at)));
  });

  it("tells a record that was changed together with its hash, at the next one", async () => {
    const tenant = await tenantWith(6);
    const [before, changed] = await store.audit.list(tenant, 2, 2);
    if (!before || !changed) throw new Error("There are records.");
    const hash = chainHash(before.hash, { ...changed, action: "other" });
    await run(
      `update audit set action = 'other', hash = '${hash}' where tenant = '${tenant}' and sequence = 4`,
    );
    expect(await faultsOf(tenant)).toEqual(["5 changed"]);
  });

  it("tells one that was changed with its hash at the chain's end", async () => {
    const tenant = await tenantWith(3);
    const [before, last] = await store.audit.list(tenant, 1, 2);
    if (!before || !last) throw new Error("There are records.");
    const hash = chainHash(before.hash, { ...last, action: "other" });
    await run(
      `update audit set action = 'other', hash = '${hash}' where tenant = '${tenant}' and sequence = 3`,
    );
    expect(await faultsOf(tenant)).toEqual(["3 head_changed"]);
  });

  it.each([
    ["in the middle", 3, ["3 missing"]],
    ["at the beginning", 1, ["1 missing"]],
    ["at the end", 6, ["6 missing"]],
  ])("tells a record that was removed %s", async (_, at, faults) => {
    const tenant = await tenantWith(6);
    await run(`delete from audit where tenant = '${tenant}' and sequence = ${at}`);
    expect(await faultsOf(tenant)).toEqual(faults);
  });

  it("tells one that was removed by moving up those after it", async () => {
    const tenant = await tenantWith(6);
    await run(`delete from audit where tenant = '${tenant}' and sequence = 3`);
    for (const n of [4, 5, 6])
      await run(`update audit set sequence = ${n - 1} where tenant = '${tenant}' and sequence = ${n}`);
    expect((await faultsOf(tenant))[0]).toBe("3 changed");
  });

  it("tells records that were inserted: between others, and behind the end", async () => {
    const tenant = await tenantWith(4);
    for (const n of [4, 3])
      await run(`update audit set sequence = ${n + 1} where tenant = '${tenant}' and sequence = ${n}`);
    const insert = (n: number) =>
      run(`insert into audit (tenant, sequence, at, key, action, kind, id, hash)
        values ('${tenant}', ${n}, ${t0}, null, 'x', 'app', 'x', '${"1".repeat(64)}')`);
    await insert(3);
    expect((await faultsOf(tenant))[0]).toBe("3 changed");
    const other = await tenantWith(4);
    expect(await faultsOf(other)).toEqual([]);
    await run(`insert into audit (tenant, sequence, at, key, action, kind, id, hash)
      values ('${other}', 5, ${t0}, null, 'x', 'app', 'x', '${"1".repeat(64)}')`);
    expect(await faultsOf(other)).toEqual(["5 inserted"]);
  });

  it("tells two records that changed places", async () => {
    const tenant = await tenantWith(5);
    for (const [from, to] of [
      [2, 99],
      [3, 2],
      [99, 3],
    ])
      await run(`update audit set sequence = ${to} where tenant = '${tenant}' and sequence = ${from}`);
    expect((await faultsOf(tenant)).slice(0, 2)).toEqual(["2 changed", "3 changed"]);
  });

  it("tells a tail that was cut with the counter set back, by an anchor alone", async () => {
    const tenant = await tenantWith(6);
    const anchors = [await anchorOf(tenant, 2), await anchorOf(tenant, 6)];
    expect(await faultsOf(tenant, anchors)).toEqual([]);
    const { hash } = await anchorOf(tenant, 4);
    await run(`delete from audit where tenant = '${tenant}' and sequence > 4`);
    expect(await faultsOf(tenant)).toEqual(["5 missing"]);
    await run(`update tenants set last_audit = 4, audit_hash = '${hash}' where id = '${tenant}'`);
    expect(await faultsOf(tenant)).toEqual([]);
    expect(await faultsOf(tenant, anchors)).toEqual(["6 missing"]);
  });

  it("tells a chain that was written anew from a record on, by an anchor alone", async () => {
    const tenant = await tenantWith(5);
    const anchors = [await anchorOf(tenant, 2), await anchorOf(tenant, 4)];
    const kept = await store.audit.list(tenant, 0, 10);
    let before = chainBegin.hash;
    for (const one of kept) {
      const forged = one.sequence === 3 ? { ...one, id: "con_forged" } : one;
      before = chainHash(before, forged);
      await run(`update audit set id = '${forged.id}', hash = '${before}'
        where tenant = '${tenant}' and sequence = ${one.sequence}`);
    }
    await run(`update tenants set audit_hash = '${before}' where id = '${tenant}'`);
    expect(await faultsOf(tenant)).toEqual([]);
    expect(await faultsOf(tenant, anchors)).toEqual(["4 anchor_missed"]);
  });

  it("stops at twenty faults, and knows no tenant that there isn't", async () => {
    const tenant = await tenantWith(40);
    await run(`update audit set id = 'x' where tenant = '${tenant}'`);
    expect(await faultsOf(tenant)).toHaveLength(20);
    await expect(verifyAudit(store, "nobody")).rejects.toMatchObject({ code: "not_found" });
  });

  it("of 10,000 records is walked within two seconds", async () => {
    const tenant = await tenantWith(0);
    let hash = chainBegin.hash;
    for (let n = 0; n < 10_000; n += 1_000) {
      const rows = Array.from({ length: 1_000 }, (_, i) => {
        const { at, action, kind } = record(n + i + 1);
        const row = { tenant, sequence: n + i + 1, at, key: null, action, kind, id: `con_${i}`, facts: null };
        hash = chainHash(hash, row);
        return `('${tenant}', ${row.sequence}, ${at}, null, '${action}', '${kind}', '${row.id}', '${hash}')`;
      });
      await run(
        `insert into audit (tenant, sequence, at, key, action, kind, id, hash) values ${rows.join(",")}`,
      );
    }
    await run(`update tenants set last_audit = 10000, audit_hash = '${hash}' where id = '${tenant}'`);
    const begun = performance.now();
    expect(await verifyAudit(store, tenant)).toMatchObject({ intact: true, records: 10_000 });
    expect(performance.now() - begun).toBeLessThan(2_000);
  }, 60_000);
});
