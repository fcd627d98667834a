import type { Store, StoreParts } from "../../src/ports/store.js";

/** How long a transaction waits for the others before it goes on, in ms: they may be waiting for it. */
const patienceMs = 250;

/** A store whose transactions run into each other where they can, and how often one was begun. */
export interface SideBySide {
  readonly store: Store;
  /** More than there are transactions where the database has undone one in another's favour. */
  begun(): number;
}

const isWork = (name: string): boolean =>
  /^(?:hold|change|changeAllOfApp|putSession|touch|close|add|append|take|forgetOfApp)$/.test(name);

/** Every one of so many transactions waits with what it has locked first until all the others have locked something too. */
export function sideBySide(store: Store, transactions: number): SideBySide {
  let begun = 0;
  let arrived = 0;
  const waiting: (() => void)[] = [];
  const meet = async (): Promise<void> => {
    arrived++;
    if (arrived >= transactions) for (const goOn of waiting.splice(0)) goOn();
    else
      await new Promise<void>((goOn) => {
        waiting.push(goOn);
        setTimeout(goOn, patienceMs);
      });
  };

  function meeting(parts: StoreParts): StoreParts {
    let met = false;
    const part = <T extends object>(one: T): T =>
      new Proxy(one, {
        get(target, name) {
          const call: unknown = Reflect.get(target, name);
          if (typeof call !== "function" || !isWork(String(name))) return call;
          return async (...given: unknown[]) => {
            const answer: unknown = await Reflect.apply(call, target, given);
            if (!met) {
              met = true;
              await meet();
            }
            return answer;
          };
        },
      });
    const { connections, codes, vendorSessions, events } = parts;
    return {
      ...parts,
      connections: part(connections),
      codes: part(codes),
      vendorSessions: part(vendorSessions),
      events: part(events),
    };
  }

  return {
    begun: () => begun,
    store: {
      ...store,
      transaction: (work) =>
        store.transaction((parts) => {
          begun++;
          return work(meeting(parts));
        }),
    },
  };
}
