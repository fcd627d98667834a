import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NewAuditRecord } from "../src/ports/audit.js";
import { databases } from "./support/databases.js";
import { type Gateways, openGateways } from "./support/gateways.js";
import { addTenant, t0 } from "./support/rows.js";

const record = (id: string): NewAuditRecord => ({
  at: t0,
  key: "k1",
  action: "session.read",
  kind: "connection",
  id,
});

describe.each(databases)("the audit on %s", (_name, make) => {
  let gateways: Gateways;

  beforeAll(async () => {
    gateways = await openGateways(await make());
    for (const tenant of ["one", "two", "three"]) await addTenant(gateways.store, tenant);
  });
  afterAll(() => gateways.close());

  it("is numbered without gap or double, also where transactions fail in between", async () => {
    const outcomes = await gateways.atOnce(40, async (gateway, i) => {
      if (i % 4 === 0) return gateway.audit.append("one", record(`r${i}`));
      const stop = new RangeError("stop");
      const work = gateway.transaction(async (parts) => {
        const written = await parts.audit.append("one", record(`r${i}`));
        if (i % 4 === 1) throw stop;
        await parts.events.append("one", {
          id: `e${i}`,
          type: "t",
          connection: null,
          data: "{}",
          at: t0,
        });
        return written;
      });
      return work.catch((error: unknown) => {
        if (error !== stop) throw error;
        return undefined;
      });
    });
    const written = outcomes.filter((one) => one !== undefined);
    expect(written).toHaveLength(30);
    const listed = await gateways.store.audit.list("one", 0, 100);
    expect(listed.map(({ sequence }) => sequence)).toEqual(written.map((_, i) => i + 1));
    expect(listed).toEqual([...written].sort((a, b) => a.sequence - b.sequence));
  });

  it("is read on from where a reader stopped, each tenant's alone", async () => {
    const { audit } = gateways.store;
    for (const id of ["a", "b", "c"]) await audit.append("two", record(id));
    expect(await audit.append("three", { ...record("x"), key: null })).toEqual({
      ...record("x"),
      key: null,
      tenant: "three",
      sequence: 1,
      facts: null,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await audit.list("two", 0, 2)).map(({ id }) => id)).toEqual(["a", "b"]);
    expect((await audit.list("two", 2, 2)).map(({ id }) => id)).toEqual(["c"]);
    expect(await audit.append("nobody", record("a"))).toBeUndefined();
  });
});
