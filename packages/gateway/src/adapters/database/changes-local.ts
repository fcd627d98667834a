import type { Change, ChangeListener } from "../../ports/changes.js";
import type { Place } from "./tables.js";

/** How the news of a database's changes travel. */
export interface News {
  /** Within a transaction, to be sent with its commit. */
  announce(place: Place, change: Change): Promise<void>;
  listen(listener: ChangeListener): Promise<() => Promise<void>>;
  /** Called after a transaction. */
  settled(place: Place, committed: boolean): void;
}

/** News within one process, for a database that has one gateway. */
export function localChanges(): News {
  const listeners = new Set<ChangeListener>();
  const waiting = new WeakMap<object, Change[]>();
  const tell = (change: Change): void => {
    for (const listener of listeners) listener.onChange(change);
  };
  return {
    async announce({ db }, change) {
      if (!db.isTransaction) return tell(change);
      const held = waiting.get(db);
      if (held) held.push(change);
      else waiting.set(db, [change]);
    },
    async listen(listener) {
      listeners.add(listener);
      return async () => void listeners.delete(listener);
    },
    settled({ db }, committed) {
      if (committed) for (const change of waiting.get(db) ?? []) tell(change);
      waiting.delete(db);
    },
  };
}
