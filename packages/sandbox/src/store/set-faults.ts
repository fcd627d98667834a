import type { BrokerId } from "../broker.js";
import type { Database } from "./database.js";

/** A fault that waits for its calls. */
export interface SetFault {
  readonly id: number;
  readonly broker: BrokerId;
  /** The broker's own path, as a route or as it is called; `null` for any. */
  readonly path: string | null;
  readonly fault: string;
  readonly options: Readonly<Record<string, string>>;
  /** How many calls it still hits. */
  readonly times: number;
}

type Row = Omit<SetFault, "options"> & { readonly options: string };
const read = (row: Row): SetFault => ({ ...row, options: JSON.parse(row.options) });

/** The faults that are set, the oldest first. */
export function setFaultStore(db: Database) {
  const insert = db.prepare(
    "INSERT INTO faults (broker, path, fault, options, times) VALUES (?, ?, ?, ?, ?)",
  );
  const all = db.prepare<[], Row>("SELECT * FROM faults ORDER BY id");
  const waiting = db.prepare<[string, string, string], Row>(
    "SELECT * FROM faults WHERE broker = ? AND (path IS NULL OR path = ? OR path = ?) ORDER BY id",
  );
  const less = db.prepare("UPDATE faults SET times = times - 1 WHERE id = ?");
  const drop = db.prepare("DELETE FROM faults WHERE id = ? AND times <= 0");
  const clear = db.prepare("DELETE FROM faults");
  const remove = db.prepare("DELETE FROM faults WHERE id = ?");
  const restore = db.prepare(
    `INSERT INTO faults (id, broker, path, fault, options, times) VALUES (?, ?, ?, ?, ?, 1)
     ON CONFLICT (id) DO UPDATE SET times = times + 1`,
  );
  const takeOne = db.transaction(
    (broker: BrokerId, route: string, path: string, applies: (fault: SetFault) => boolean) => {
      const found = waiting.all(broker, route, path).map(read).find(applies);
      if (found === undefined) return undefined;
      less.run(found.id);
      drop.run(found.id);
      return found;
    },
  );
  return {
    add({ broker, path, fault, options, times }: Omit<SetFault, "id">): number {
      const done = insert.run(broker, path, fault, JSON.stringify(options), times);
      return Number(done.lastInsertRowid);
    },
    list: (): readonly SetFault[] => all.all().map(read),
    clear: (): number => clear.run().changes,
    /** Takes one back; `false` where it has fallen already. */
    remove: (id: number): boolean => remove.run(id).changes > 0,
    /** Takes one hit of the oldest fault for this call that `applies` to it. */
    take: (
      broker: BrokerId,
      route: string,
      path: string,
      applies: (fault: SetFault) => boolean,
    ): SetFault | undefined => takeOne(broker, route, path, applies),
    /** Gives a hit back that had nothing to change. */
    giveBack({ id, broker, path, fault, options }: SetFault): void {
      restore.run(id, broker, path, fault, JSON.stringify(options));
    },
  };
}
