import type { Change } from "../../ports/changes.js";
import type { SignedIn } from "../../ports/operator-sessions.js";
import type { Store } from "../../ports/store.js";

/** What has changed: `clock` for the demo's own, `all` where changes may have been missed. */
export type ChangedKind = Change["kind"] | "clock" | "all";

/** A page that follows. */
export interface LiveStream {
  readonly tenant: string;
  readonly operator: string;
  tell(kinds: readonly ChangedKind[]): Promise<void>;
  stop(): void;
}

/** So long changes are gathered before pages are told of them, in ms. */
const gatherMs = 200;

/** Hears of changes while any page follows, and tells each page those of its tenant. */
export function createLiveHub(store: Pick<Store, "listen">) {
  const streams = new Set<LiveStream>();
  const waiting = new Map<LiveStream, Set<ChangedKind>>();
  let begun: Promise<() => Promise<void>> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    timer = undefined;
    const told = [...waiting];
    waiting.clear();
    for (const [stream, kinds] of told) void stream.tell([...kinds]);
  }
  function note(kind: ChangedKind, tenant?: string): void {
    for (const stream of streams)
      if (tenant === undefined || stream.tenant === tenant)
        waiting.set(stream, (waiting.get(stream) ?? new Set()).add(kind));
    if (waiting.size > 0) timer ??= setTimeout(flush, gatherMs);
  }
  async function stopListening(): Promise<void> {
    const stop = begun;
    begun = undefined;
    await (await stop)?.();
  }

  return {
    /** @throws StoreProblem */
    async listening(): Promise<void> {
      begun ??= store.listen({
        onChange: ({ kind, tenant }) => note(kind, tenant),
        onGap: () => note("all"),
      });
      await begun.catch((error: unknown) => {
        begun = undefined;
        throw error;
      });
    },
    join: (stream: LiveStream): void => void streams.add(stream),
    leave(stream: LiveStream): void {
      streams.delete(stream);
      waiting.delete(stream);
    },
    countOf: ({ tenant, id }: SignedIn): number =>
      [...streams].filter((stream) => stream.tenant === tenant && stream.operator === id).length,
    tellAll: (kind: ChangedKind): void => note(kind),
    async close(): Promise<void> {
      clearTimeout(timer);
      for (const stream of [...streams]) stream.stop();
      await stopListening();
    },
  };
}
