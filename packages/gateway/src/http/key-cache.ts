import { Secret } from "kunji";
import { apiKeyHash } from "../flows/api-keys.js";
import type { ApiKey } from "../ports/api-keys.js";
import type { ChangeListener } from "../ports/changes.js";
import type { Store } from "../ports/store.js";

/** An API key is read again when what is known of it is older than this, in ms. */
const freshMs = 1_000;

interface Known {
  readonly key: ApiKey;
  /** On the clock that only goes forward. */
  readonly readAt: number;
}

/** The API keys that were seen within the last second. */
export interface KeyCache extends ChangeListener {
  /** At once where the key is remembered. `undefined` for one that opens nothing. @throws StoreProblem */
  find(text: string): ApiKey | Promise<ApiKey | undefined>;
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
      if (key && before === changes) known.set(hash, { key, readAt });
      else known.delete(hash);
      return key;
    } finally {
      reading.delete(hash);
    }
  }

  return {
    find(text) {
      const hash = apiKeyHash(new Secret(text));
      const found = known.get(hash);
      if (found && monotonicMs() - found.readAt <= freshMs) return found.key;
      const running = reading.get(hash) ?? read(hash);
      if (known.size > 10_000) known.clear();
      reading.set(hash, running);
      return running;
    },
    onChange({ kind, tenant }) {
      if (kind !== "api_key") return;
      changes++;
      reading.clear();
      for (const [hash, { key }] of known) if (key.tenant === tenant) known.delete(hash);
    },
    onGap() {
      changes++;
      reading.clear();
      known.clear();
    },
  };
}
