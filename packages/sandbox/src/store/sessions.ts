import type { BrokerId, LiveSession } from "../broker.js";
import type { Database } from "./database.js";

interface Row {
  id: string;
  broker: BrokerId;
  kind: "user" | "vendor";
  app_id: string;
  username: string | null;
  created_at: number;
  used_at: number;
  tokens: string;
  data: string;
}

export interface SessionFilter {
  readonly kind?: "user" | "vendor";
  readonly appId?: string;
  readonly username?: string;
}

const read = (row: Row): LiveSession => ({
  id: row.id,
  broker: row.broker,
  kind: row.kind,
  appId: row.app_id,
  username: row.username,
  createdAt: row.created_at,
  usedAt: row.used_at,
  tokens: JSON.parse(row.tokens),
  data: JSON.parse(row.data),
});

/** 60 days, in ms: no broker's session can be renewed for so long after its login. */
const keptMs = 5_184_000_000;

/** Live sessions, each found by any of its tokens through an index. */
export function sessionStore(db: Database) {
  const upsert = db.prepare(
    `INSERT INTO sessions (id, broker, kind, app_id, username, created_at, used_at, tokens, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, app_id = excluded.app_id, username = excluded.username,
       created_at = excluded.created_at, used_at = excluded.used_at, tokens = excluded.tokens, data = excluded.data`,
  );
  const dropTokens = db.prepare("DELETE FROM session_tokens WHERE session_id = ?");
  const addToken = db.prepare(
    "INSERT OR REPLACE INTO session_tokens (broker, name, token, session_id) VALUES (?, ?, ?, ?)",
  );
  const byToken = db.prepare<[string, string, string], Row>(
    `SELECT sessions.* FROM session_tokens JOIN sessions ON sessions.id = session_id
     WHERE session_tokens.broker = ? AND session_tokens.name = ? AND token = ?`,
  );
  const anyToken = db.prepare("SELECT 1 FROM session_tokens WHERE broker = ? AND token = ?");
  const list = db.prepare<Record<string, string | null>, Row>(
    `SELECT * FROM sessions WHERE broker = @broker AND (@kind IS NULL OR kind = @kind)
     AND (@appId IS NULL OR app_id = @appId) AND (@username IS NULL OR username = @username)
     ORDER BY created_at, rowid`,
  );
  const newest = db.prepare<[string, number], Row>(
    "SELECT * FROM sessions WHERE broker = ? ORDER BY created_at DESC, rowid DESC LIMIT ?",
  );
  const mark = db.prepare("SELECT count(*), max(created_at), max(used_at), max(rowid) FROM sessions").raw();
  const end = db.prepare("DELETE FROM sessions WHERE id = ?");
  const forget = db.prepare("DELETE FROM sessions WHERE created_at < ?");
  const putWhole = db.transaction((session: LiveSession) => {
    const { id, broker, kind, appId, username, createdAt, usedAt, tokens, data } = session;
    forget.run(usedAt - keptMs);
    upsert.run(
      id,
      broker,
      kind,
      appId,
      username,
      createdAt,
      usedAt,
      JSON.stringify(tokens),
      JSON.stringify(data),
    );
    dropTokens.run(id);
    for (const [name, token] of Object.entries(tokens)) addToken.run(broker, name, token, id);
  });
  return {
    /** Adds or replaces it, and forgets those that began more than 60 days before its use. */
    put: (session: LiveSession): void => putWhole(session),
    byToken(broker: BrokerId, name: string, token: string): LiveSession | undefined {
      const row = byToken.get(broker, name, token);
      return row && read(row);
    },
    /** Whether this value opens any live session of the broker. */
    isToken: (broker: BrokerId, value: string): boolean => anyToken.get(broker, value) !== undefined,
    list: (broker: BrokerId, filter: SessionFilter = {}): readonly LiveSession[] =>
      list
        .all({
          broker,
          kind: filter.kind ?? null,
          appId: filter.appId ?? null,
          username: filter.username ?? null,
        })
        .map(read),
    /** A broker's newest sessions, dead ones too, the newest first. */
    newest: (broker: BrokerId, limit: number): readonly LiveSession[] => newest.all(broker, limit).map(read),
    /** Changes whenever a session is made, used or ended. */
    mark: (): string => JSON.stringify(mark.get()),
    end: (id: string): boolean => end.run(id).changes > 0,
  };
}
