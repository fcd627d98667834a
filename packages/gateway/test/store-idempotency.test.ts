import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases } from "./support/databases.js";
import { type Gateways, openGateways } from "./support/gateways.js";
import { bytes, minute, t0, textOf } from "./support/rows.js";

const answer = (text: string) => ({
  status: 201,
  sealedAnswer: bytes(text),
  expiresAt: t0 + 24 * 60 * minute,
});

describe.each(databases)("requests that must take effect once on %s", (_name, make) => {
  let gateways: Gateways;
  let count = 0;
  /** A request that nobody has begun. */
  const fresh = () => {
    count += 1;
    return { hash: `h${count}`, bodyHash: "body", now: t0, expiresAt: t0 + minute };
  };

  beforeAll(async () => {
    gateways = await openGateways(await make());
    await gateways.store.tenants.add("t", { name: "t", madeBy: null, at: t0 });
  });
  afterAll(() => gateways.close());

  it("have one first among 50 at once, and the others see it at work", async () => {
    for (let round = 0; round < 5; round++) {
      const request = fresh();
      const seen = await gateways.atOnce(50, ({ idempotency }, i) =>
        idempotency.begin("t", { ...request, bodyHash: `body${i}` }),
      );
      const others = seen.filter((one) => one !== undefined);
      expect(others).toHaveLength(49);
      expect(new Set(others.map(({ bodyHash }) => bodyHash)).size).toBe(1);
      expect(others[0]).toMatchObject({ status: null, sealedAnswer: null, expiresAt: t0 + minute });
    }
  });

  it("have one first again among 50 once the first has expired, and not a moment before", async () => {
    const { idempotency } = gateways.store;
    const request = fresh();
    await idempotency.begin("t", request);
    const again = (now: number) => ({ ...request, bodyHash: "later", now, expiresAt: now + minute });
    const before = await gateways.atOnce(50, (gateway) =>
      gateway.idempotency.begin("t", again(request.expiresAt - 1)),
    );
    expect(before.filter((one) => one === undefined)).toHaveLength(0);
    const after = await gateways.atOnce(50, (gateway) =>
      gateway.idempotency.begin("t", again(request.expiresAt)),
    );
    expect(after.filter((one) => one === undefined)).toHaveLength(1);
    expect(after.find((one) => one !== undefined)).toMatchObject({ bodyHash: "later", status: null });
  });

  it("are answered again as the first was, for as long as the answer is kept", async () => {
    const { idempotency } = gateways.store;
    const request = fresh();
    await idempotency.begin("t", request);
    await idempotency.finish("t", request.hash, answer("first"));
    const onFile = await idempotency.begin("t", { ...request, now: request.expiresAt });
    expect(onFile).toMatchObject({ tenant: "t", bodyHash: "body", status: 201 });
    expect(textOf(onFile?.sealedAnswer)).toBe("first");
    const { expiresAt } = answer("");
    expect(await idempotency.begin("t", { ...request, now: expiresAt, expiresAt: expiresAt + 1 })).toBe(
      undefined,
    );
  });

  it("keep the first answer, and forget only what has none", async () => {
    const { idempotency } = gateways.store;
    const request = fresh();
    await idempotency.begin("t", request);
    await idempotency.forget("t", request.hash);
    expect(await idempotency.begin("t", request)).toBeUndefined();
    await idempotency.finish("t", request.hash, answer("first"));
    await idempotency.finish("t", request.hash, answer("second"));
    await idempotency.forget("t", request.hash);
    expect(textOf((await idempotency.begin("t", request))?.sealedAnswer)).toBe("first");
  });

  it("always find a first though others forget at the same time", async () => {
    const request = fresh();
    let first = 0;
    await gateways.atOnce(40, async ({ idempotency }) => {
      if (await idempotency.begin("t", request)) return;
      first += 1;
      await idempotency.forget("t", request.hash);
    });
    expect(first).toBeGreaterThan(0);
    expect(await gateways.store.idempotency.begin("t", request)).toBeUndefined();
  });
});
