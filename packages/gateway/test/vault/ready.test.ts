import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginRotation } from "../../src/flows/begin-rotation.js";
import { carryRotationOn } from "../../src/flows/rotate-keys.js";
import { openWhole, type WholeGateway } from "../invariants/support/whole-gateway.js";
import { databases, type TestDatabase } from "../support/databases.js";

describe.each(databases)("a listening gateway on %s whose key is changed", (_, make) => {
  let database: TestDatabase;
  let whole: WholeGateway;
  beforeEach(async () => {
    database = await make();
    whole = await openWhole("url" in database.place ? { env: { DATABASE_URL: database.place.url } } : {});
  });
  afterEach(async () => {
    await whole.close();
    await database.drop();
  });

  it("is ready before, during and after, however often", async () => {
    const { ports, url } = whole.gateway;
    const ready = async () => (await fetch(`${url}/ready`)).status;
    expect(await ready()).toBe(200);
    for (const _run of [1, 2]) {
      const [old] = await ports.store.vaultRecords.keys();
      await beginRotation(ports, {}, { tenant: "operator", id: null });
      expect(await ready()).toBe(200);
      while ((await ports.store.rotations.last())?.finishedAt === null)
        await carryRotationOn(ports, { owner: "test", graceMs: 0 });
      expect((await ports.store.vaultRecords.keys()).map(({ keyId }) => keyId)).not.toContain(old?.keyId);
      expect(await ready()).toBe(200);
    }
  });

  it("is not ready where values lie under a key that it lacks, and doesn't blame the database", async () => {
    const { ports, url } = whole.gateway;
    const { vaultRecords } = ports.store;
    const [{ canary } = { canary: new Uint8Array() }] = await vaultRecords.keys();
    await vaultRecords.plant({ keyId: "handed-out", canary, seals: 1 });
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    await vaultRecords.plant({ keyId: "elsewhere", canary, seals: 256 });
    const answer = await fetch(`${url}/ready`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      expect.objectContaining({
        code: "unavailable",
        title: expect.stringMatching(/^The gateway can't use its database or its keys:/),
        detail: expect.stringContaining("lacks the key elsewhere"),
      }),
    ]);
  });
});
