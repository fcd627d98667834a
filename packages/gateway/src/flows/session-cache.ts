import type { Change, ChangeListener } from "../ports/changes.js";
import type { Ports } from "../ports/ports.js";
import { StoreProblem } from "../ports/store-problem.js";
import { inTime } from "./in-time.js";
import { entryEndsAt, entryKey, entryRows, makeEntry, type ProxyEntry, versionOf } from "./proxy-entry.js";

/** How a session cache behaves; times in ms. */
export interface SessionCacheOptions {
  /** A clock that only goes forward, in ms. */
  readonly monotonicMs: () => number;
  /** What is known longer than this is read again before it is used; 1 s by default. */
  readonly freshMs?: number | undefined;
  /** How long reading again may take; 1 s by default. */
  readonly readMs?: number | undefined;
  /** Entries that nobody has used for so long are forgotten; 5 minutes by default. */
  readonly idleMs?: number | undefined;
  /** How many are remembered; 10,000 by default. */
  readonly most?: number | undefined;
}

/** The sessions that calls were made with of late, opened. */
export interface SessionCache {
  /**
   * At once where it is remembered and was confirmed within the last second.
   * @throws Problem as `liveSession`; KunjiError as `callHeaders`; StoreProblem `store_unreachable`
   */
  get(tenant: string, id: string): ProxyEntry | Promise<ProxyEntry>;
  /** Notes a use, which moves an idle clock. ms since 1970, UTC */
  used(entry: ProxyEntry, at: number): void;
  /** Forgets a connection's session. */
  drop(tenant: string, id: string): void;
  dropAll(): void;
  /** Since then it hears of changes; before, what it remembers may be a second old. */
  readonly listening: Promise<void>;
  /** Stops listening. */
  stop(): Promise<void>;
}

interface Slot {
  readonly tenant: string;
  readonly id: string;
  entry: ProxyEntry | undefined;
  /** When the rows behind the entry were read, on the clock that only goes forward. */
  readAt: number;
  /** When it was asked for last, on the same clock. */
  askedAt: number;
  /** ms since 1970, UTC */
  usedAt: number;
  /** ms since 1970, UTC */
  endsAt: number;
  reading: Promise<ProxyEntry> | undefined;
}

/**
 * Remembers opened sessions. A change is heard of from the database; should the news be lost, what is older than a
 * second is read again before use, and half-way there in the background, so that a busy connection never waits.
 */
export function createSessionCache(ports: Ports, options: SessionCacheOptions): SessionCache {
  const { monotonicMs, freshMs = 1_000, readMs = 1_000, idleMs = 300_000, most = 10_000 } = options;
  const slots = new Map<string, Slot>();

  const current = (slot: Slot): boolean => slots.get(entryKey(slot.tenant, slot.id)) === slot;

  /** The entry after another look at the database: the same one as long as nothing has changed. */
  async function read(slot: Slot): Promise<ProxyEntry> {
    const { tenant, id } = slot;
    const readAt = monotonicMs();
    const rows = await inTime(readMs, entryRows(ports, tenant, id));
    const now = ports.now();
    const usedAt = Math.max(slot.usedAt, rows.connection?.usedAt ?? 0);
    const known = slot.entry?.version === versionOf(rows) ? slot.entry : undefined;
    const kept = known && entryEndsAt(known, usedAt, now) > now ? known : undefined;
    const entry = kept ?? (await makeEntry(ports, tenant, id));
    slot.entry = entry;
    slot.usedAt = usedAt;
    slot.endsAt = entryEndsAt(entry, usedAt, now);
    slot.readAt = readAt;
    return entry;
  }

  function reading(slot: Slot): Promise<ProxyEntry> {
    if (slot.reading) return slot.reading;
    const running = read(slot).then(
      (entry) => {
        slot.reading = undefined;
        return entry;
      },
      (error: unknown) => {
        slot.reading = undefined;
        // Nothing is remembered of one that can't be used; of a database that is away nothing is known.
        if (!(error instanceof StoreProblem) && current(slot)) slots.delete(entryKey(slot.tenant, slot.id));
        throw error;
      },
    );
    slot.reading = running;
    return running;
  }

  function newSlot(tenant: string, id: string): Slot {
    const [oldest] = slots.size >= most ? slots.keys() : [];
    if (oldest !== undefined) slots.delete(oldest);
    const slot: Slot = {
      tenant,
      id,
      entry: undefined,
      readAt: 0,
      askedAt: 0,
      usedAt: 0,
      endsAt: 0,
      reading: undefined,
    };
    slots.set(entryKey(tenant, id), slot);
    return slot;
  }

  /** Those of an app, and those of which it is not known yet whose they are. */
  function dropApp(tenant: string, app: string): void {
    for (const [key, slot] of slots)
      if (slot.tenant === tenant && (slot.reading || !slot.entry || slot.entry.app.id === app))
        slots.delete(key);
  }

  const listener: ChangeListener = {
    onChange({ tenant, kind, id }: Change) {
      if (kind === "connection") slots.delete(entryKey(tenant, id));
      else if (kind !== "api_key") dropApp(tenant, id);
    },
    onGap: () => slots.clear(),
  };

  async function listen(): Promise<() => Promise<void>> {
    try {
      const stop = await ports.store.listen(listener);
      // What was remembered before may have changed unheard.
      slots.clear();
      return stop;
    } catch {
      // Without news, reading again within a second remains.
      ports.signals.warn("changes_unheard");
      return async () => undefined;
    }
  }
  const stopping = listen();

  const sweep = setInterval(() => {
    const before = monotonicMs() - idleMs;
    for (const [key, slot] of slots) if (slot.askedAt < before) slots.delete(key);
  }, 60_000).unref();

  return {
    get(tenant, id) {
      const slot = slots.get(entryKey(tenant, id)) ?? newSlot(tenant, id);
      const at = monotonicMs();
      slot.askedAt = at;
      const { entry } = slot;
      if (!entry) return reading(slot);
      const now = ports.now();
      if (now >= slot.endsAt) {
        slot.endsAt = entryEndsAt(entry, slot.usedAt, now);
        if (now >= slot.endsAt) return reading(slot);
      }
      const age = at - slot.readAt;
      if (age > freshMs) return reading(slot);
      if (age > freshMs / 2 && !slot.reading) reading(slot).catch(() => undefined);
      return entry;
    },
    used({ key }, at) {
      const slot = slots.get(key);
      if (slot && at > slot.usedAt) slot.usedAt = at;
    },
    drop: (tenant, id) => void slots.delete(entryKey(tenant, id)),
    dropAll: () => slots.clear(),
    listening: stopping.then(() => undefined),
    async stop() {
      clearInterval(sweep);
      slots.clear();
      await (await stopping)();
    },
  };
}
