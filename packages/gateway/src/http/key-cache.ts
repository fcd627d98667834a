import { Secret } from "kunji";
import { apiKeyHash } from "../flows/api-keys.js";
import type { ApiKey } from "../ports/api-keys.js";
import type { ChangeListener } from "../ports/changes.js";
import type { Store } from "../ports/store.js";

/** An API key is read again when what is known of it is older than this, in ms. */
const freshMs = 1_000;

interface Known {
  readonly key: ApiKey;
  /** On the clock that only goes forward; before all time where it may have changed since. */
  readonly readAt: number;
}

/** The API keys that have been seen, each as it was within the last second. */
export interface KeyCache extends ChangeListener {
  /**
   * At once where the key is remembered. `undefined` for one that opens nothing.
   * @param admit is awaited before a text is looked up that has opened nothing so far: where it throws, nothing is read
   * @throws StoreProblem
   */
  find(text: string, admit: () => Promise<void> | undefined): ApiKey | Promise<ApiKey | undefined>;
}

/** @param monotonicMs a clock that only goes forward, in ms */
export function createKeyCache({ waysIn }: Pick<Store, "waysIn">, monotonicMs: () => number): KeyCache {
  const known = new Map<string, Known>();
  const reading = new Map<string, Promise<ApiKey | undefined>>();
  /** Counts what may have changed keys, so that an older reading is not remembered. */
  let changes = 0;

  async function read(hash: string): Promise<ApiKey | undefined> {
    const before = changes;
    const readAt = monotonicMs();
    try {
      const key = await waysIn.apiKey(hash);
      if (key) known.set(hash, { key, readAt: before === changes ? readAt : Number.NEGATIVE_INFINITY });
      else known.delete(hash);
      return key;
    } finally {
      reading.delete(hash);
    }
  }

  function readOnce(hash: string): Promise<ApiKey | undefined> {
    const running = reading.get(hash) ?? read(hash);
    if (known.size > 10_000) known.clear();
    reading.set(hash, running);
    return running;
  }

  async function readUnknown(
    hash: string,
    admit: () => Promise<void> | undefined,
  ): Promise<ApiKey | undefined> {
    await admit();
    return readOnce(hash);
  }

  function outdate(tenant?: string): void {
    changes++;
    reading.clear();
    for (const [hash, { key }] of known)
      if (tenant === undefined || key.tenant === tenant)
        known.set(hash, { key, readAt: Number.NEGATIVE_INFINITY });
  }

  return {
    find(text, admit) {
      const hash = apiKeyHash(new Secret(text));
      const found = known.get(hash);
      if (!found) return readUnknown(hash, admit);
      return monotonicMs() - found.readAt <= freshMs ? found.key : readOnce(hash);
    },
    onChange({ kind, tenant }) {
      if (kind === "api_key") outdate(tenant);
    },
    onGap: () => outdate(),
  };
}
