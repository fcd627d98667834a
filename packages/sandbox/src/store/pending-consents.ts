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
export const consentLifetimeMs = 600_000;

export function pendingConsentStore(db: Database) {
  const insert = db.prepare(
    `INSERT INTO pending_consents (id, broker, app_id, username, query, created_at)
     VALUES (@id, @broker, @appId, @username, @query, @createdAt)`,
  );
  const take = db.prepare<[string, string], PendingConsent>(
    `DELETE FROM pending_consents WHERE id = ? AND broker = ?
     RETURNING id, broker, app_id AS appId, username, query, created_at AS createdAt`,
  );
  return {
    put: (pending: PendingConsent): void => void insert.run(pending),
    /** Removes it and returns it, `undefined` where it is unknown, used or older than ten minutes at `now`. */
    take(broker: BrokerId, id: string, now: number): PendingConsent | undefined {
      const found = take.get(id, broker);
      return found && now - found.createdAt <= consentLifetimeMs ? found : undefined;
    },
  };
}
export type PendingConsentStore = ReturnType<typeof pendingConsentStore>;
