import type { BrokerId } from "../broker.js";
import type { Database } from "./database.js";

/** Somebody who has logged in and is now asked for consent: who it is stays with the server, the browser holds the id. */
export interface PendingConsent {
  readonly id: string;
  readonly broker: BrokerId;
  readonly appId: string;
  readonly username: string;
  /** The login URL's query. */
  readonly query: string;
  readonly createdAt: number;
}

/** How long a consent page may stay open, in ms. */
const lifetimeMs = 600_000;
/** One day, in ms: a page that nobody answered is forgotten by then. */
const keptMs = 86_400_000;

export function pendingConsentStore(db: Database) {
  const insert = db.prepare(
    `INSERT INTO pending_consents (id, broker, app_id, username, query, created_at)
     VALUES (@id, @broker, @appId, @username, @query, @createdAt)`,
  );
  const take = db.prepare<[string, string], PendingConsent>(
    `DELETE FROM pending_consents WHERE id = ? AND broker = ?
     RETURNING id, broker, app_id AS appId, username, query, created_at AS createdAt`,
  );
  const forget = db.prepare("DELETE FROM pending_consents WHERE created_at < ?");
  return {
    /** Adds it, and forgets those that are older by more than a day. */
    put(pending: PendingConsent): void {
      forget.run(pending.createdAt - keptMs);
      insert.run(pending);
    },
    /** Removes it and returns it, `undefined` where it is unknown, used or older than ten minutes at `now`. */
    take(broker: BrokerId, id: string, now: number): PendingConsent | undefined {
      const found = take.get(id, broker);
      return found && now - found.createdAt <= lifetimeMs ? found : undefined;
    },
  };
}
