import type { Store } from "../../../src/ports/store.js";
import { addTenant, t0 } from "../../support/rows.js";

const record = { at: t0, key: "k1", action: "session.read", kind: "connection", id: "c1" } as const;

/** How many records a second so many writers bring, each with one at a time, and how long one takes at the median, in ms. */
async function appends(store: Store, tenants: readonly string[], ms: number) {
  const end = performance.now() + ms;
  const times: number[] = [];
  await Promise.all(
    tenants.map(async (tenant) => {
      while (performance.now() < end) {
        const begun = performance.now();
        await store.audit.append(tenant, record);
        times.push(performance.now() - begun);
      }
    }),
  );
  times.sort((one, other) => one - other);
  return {
    perSecond: Math.round((times.length * 1_000) / ms),
    p50Ms: Math.round((times[Math.floor(times.length / 2)] ?? 0) * 100) / 100,
  };
}

const writers = 8;

/** What the audit's chain costs, which lets one tenant's records come one after the other. @param ms how long each is measured */
export async function measureAudit(store: Store, ms: number) {
  const tenants = Array.from({ length: writers }, (_, i) => `tenant-${i}`);
  for (const tenant of tenants) await addTenant(store, tenant, false);
  const [first = ""] = tenants;
  await appends(store, tenants, ms / 4);
  return {
    oneWriter: await appends(store, [first], ms),
    eightWritersOfOneTenant: await appends(
      store,
      tenants.map(() => first),
      ms,
    ),
    eightWritersOfEightTenants: await appends(store, tenants, ms),
    chainIsWhole: (await store.audit.chain(first))?.head.sequence === (await countOf(store, first)),
  };
}

async function countOf(store: Store, tenant: string): Promise<number> {
  let after = 0;
  let count = 0;
  for (;;) {
    const records = await store.audit.list(tenant, after, 1_000);
    count += records.length;
    const last = records.at(-1);
    if (!last) return count;
    after = last.sequence;
  }
}
