import type { Store } from "../../src/ports/store.js";
import type { TestDatabase } from "./databases.js";

/** Gateways on one database: two where it serves several. */
export interface Gateways {
  readonly store: Store;
  /** Calls so often at once, each gateway in turn. */
  atOnce<T>(callers: number, call: (gateway: Store, i: number) => Promise<T>): Promise<T[]>;
  close(): Promise<void>;
}

export async function openGateways(database: TestDatabase): Promise<Gateways> {
  const store = await database.open();
  const all = "url" in database.place ? [store, await database.open()] : [store];
  return {
    store,
    atOnce: (callers, call) =>
      Promise.all(Array.from({ length: callers }, (_, i) => call(all[i % all.length] ?? store, i))),
    async close() {
      for (const gateway of all) await gateway.close();
      await database.drop();
    },
  };
}
