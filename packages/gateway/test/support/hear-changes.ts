import type { Store } from "../../src/ports/store.js";

/** What gateways on this store hear of from now on, as "tenant kind id" in their order, until it is stopped. */
export async function hearChanges(store: Pick<Store, "listen">) {
  const heard: string[] = [];
  const stop = await store.listen({
    onChange: ({ tenant, kind, id }) => void heard.push(`${tenant} ${kind} ${id}`),
    onGap: () => undefined,
  });
  return { heard: heard as readonly string[], stop };
}
