import type { BrokerId, Grant } from "../broker.js";
import type { Database } from "./database.js";

const columns = "code, broker, app_id AS appId, username, issued_at AS issuedAt";

/** One-time codes. Taking one is a single statement: of two callers one gets it. */
export function grantStore(db: Database) {
  const insert = db.prepare(
    `INSERT OR REPLACE INTO grants (broker, code, app_id, username, issued_at)
     VALUES (@broker, @code, @appId, @username, @issuedAt)`,
  );
  const open = db.prepare<[string], Grant>(`SELECT ${columns} FROM grants WHERE broker = ? ORDER BY rowid`);
  const take = db.prepare<[string, string], Grant>(
    `DELETE FROM grants WHERE broker = ? AND code = ? RETURNING ${columns}`,
  );
  return {
    put: (grant: Grant): void => void insert.run(grant),
    list: (broker: BrokerId): readonly Grant[] => open.all(broker),
    take: (broker: BrokerId, code: string): Grant | undefined => take.get(broker, code),
  };
}
