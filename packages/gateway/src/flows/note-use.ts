import { endsAt, type Session } from "kunji";
import type { Connection } from "../ports/connections.js";
import type { Ports } from "../ports/ports.js";

/** Notes uses of sessions, so that no idle clock runs out on one that is used. */
export interface UseNotes {
  /** Notes a call of a moment (ms since 1970, UTC) with a session. It never throws and waits for nothing. */
  note(connection: Pick<Connection, "tenant" | "id">, session: Session, at: number): void;
  /** Writes what was noted and not written yet. */
  flush(): Promise<void>;
}

interface Noted {
  readonly tenant: string;
  readonly id: string;
  session: Session;
  usedAt: number;
  /** The last use that is on file. */
  writtenAt: number;
}

/** @param everyMs a connection's uses are written once in so many ms at most, one minute for instance */
export function createUseNotes(
  { store, signals }: Pick<Ports, "store" | "signals">,
  { everyMs }: { readonly everyMs: number },
): UseNotes {
  const notes = new Map<string, Noted>();
  let timer: NodeJS.Timeout | undefined;

  async function write(noted: Noted): Promise<void> {
    const { tenant, id, session, usedAt } = noted;
    const before = noted.writtenAt;
    noted.writtenAt = usedAt;
    // Only an idle clock follows from a use: a late note of an older session moves no other end.
    const idle = session.clocks.some(({ kind }) => kind === "idle");
    const end = endsAt({ ...session, usedAt }, usedAt);
    try {
      await store.connections.touch(tenant, id, {
        at: usedAt,
        ...(idle && { endsAt: end.known ? end.at : null }),
      });
    } catch {
      noted.writtenAt = before;
      signals.warn("use_not_noted", { tenant, connection: id });
    }
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const waiting: Noted[] = [];
    for (const [key, noted] of notes) {
      if (noted.usedAt > noted.writtenAt) waiting.push(noted);
      else notes.delete(key);
    }
    await Promise.all(waiting.map(write));
    if (waiting.length > 0) later();
  }

  function later(): void {
    timer ??= setTimeout(() => void flush(), everyMs).unref();
  }

  return {
    note({ tenant, id }, session, at) {
      const key = `${tenant}\n${id}`;
      const noted = notes.get(key);
      if (!noted) {
        const first = { tenant, id, session, usedAt: at, writtenAt: Number.NEGATIVE_INFINITY };
        notes.set(key, first);
        void write(first);
      } else if (at > noted.usedAt) {
        noted.session = session;
        noted.usedAt = at;
      }
      later();
    },
    flush,
  };
}
