import type { BrokerId, User } from "../broker.js";
import type { Database } from "./database.js";

const columns =
  "broker, username, name, behaviour, about, password_hash AS passwordHash, totp_secret AS totpSecret";

/** The users, and who of them consented to which app. */
export function userStore(db: Database) {
  const insert = db.prepare(
    `INSERT INTO users (broker, username, name, behaviour, about, password_hash, totp_secret)
     VALUES (@broker, @username, @name, @behaviour, @about, @passwordHash, @totpSecret)`,
  );
  const one = db.prepare<[string, string], User>(
    `SELECT ${columns} FROM users WHERE broker = ? AND username = ?`,
  );
  const all = db.prepare<[string], User>(`SELECT ${columns} FROM users WHERE broker = ? ORDER BY rowid`);
  const consent = db.prepare("INSERT OR IGNORE INTO consents (app_id, username) VALUES (?, ?)");
  const consented = db.prepare("SELECT 1 FROM consents WHERE app_id = ? AND username = ?");
  return {
    add: (user: User): void => void insert.run(user),
    find: (broker: BrokerId, username: string): User | undefined => one.get(broker, username),
    list: (broker: BrokerId): readonly User[] => all.all(broker),
    giveConsent: (appId: string, username: string): void => void consent.run(appId, username),
    hasConsent: (appId: string, username: string): boolean => consented.get(appId, username) !== undefined,
  };
}
