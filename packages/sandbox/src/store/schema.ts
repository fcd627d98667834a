/** Raise this when a table changes: a file of another version is thrown away and made anew from the presets. */
export const schemaVersion = 3;

/** Times are ms since 1970: `ledger.at` and all others on the sandbox's clock. JSON columns are `TEXT`. */
export const schema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE apps (
  id TEXT PRIMARY KEY, broker TEXT NOT NULL, name TEXT NOT NULL,
  preset INTEGER NOT NULL, redirect_url TEXT, keys TEXT NOT NULL
) STRICT;
CREATE TABLE app_keys (
  broker TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  app_id TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX app_keys_by_value ON app_keys (broker, name, value);

CREATE TABLE users (
  broker TEXT NOT NULL, username TEXT NOT NULL, name TEXT NOT NULL, behaviour TEXT NOT NULL,
  about TEXT NOT NULL, password_hash TEXT NOT NULL, totp_secret TEXT NOT NULL,
  PRIMARY KEY (broker, username)
) STRICT;

CREATE TABLE grants (
  broker TEXT NOT NULL, code TEXT NOT NULL, app_id TEXT NOT NULL, username TEXT NOT NULL, issued_at INTEGER NOT NULL,
  PRIMARY KEY (broker, code)
) STRICT;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY, broker TEXT NOT NULL, kind TEXT NOT NULL, app_id TEXT NOT NULL, username TEXT,
  created_at INTEGER NOT NULL, used_at INTEGER NOT NULL, tokens TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_owner ON sessions (broker, kind, app_id, username);
CREATE INDEX sessions_by_age ON sessions (created_at);
CREATE TABLE session_tokens (
  broker TEXT NOT NULL, name TEXT NOT NULL, token TEXT NOT NULL,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  PRIMARY KEY (broker, name, token)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_tokens_by_session ON session_tokens (session_id);
CREATE INDEX session_tokens_by_token ON session_tokens (broker, token);

CREATE TABLE consents (
  app_id TEXT NOT NULL, username TEXT NOT NULL, PRIMARY KEY (app_id, username)
) STRICT, WITHOUT ROWID;

CREATE TABLE pending_consents (
  id TEXT PRIMARY KEY, broker TEXT NOT NULL, app_id TEXT NOT NULL, username TEXT NOT NULL,
  query TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE signing_keys (broker TEXT PRIMARY KEY, kid TEXT NOT NULL, jwk TEXT NOT NULL) STRICT;

CREATE TABLE faults (
  id INTEGER PRIMARY KEY AUTOINCREMENT, broker TEXT NOT NULL, path TEXT, fault TEXT NOT NULL,
  options TEXT NOT NULL, times INTEGER NOT NULL
) STRICT;

CREATE TABLE ledger (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, "from" TEXT, broker TEXT, method TEXT NOT NULL,
  path TEXT NOT NULL, route TEXT, query TEXT NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL,
  status INTEGER NOT NULL, answer TEXT NOT NULL, fault TEXT
) STRICT;
`;

/** What a reset empties; the signing keys stay, so that a JWKS that somebody keeps stays right. */
export const emptiedByReset = [
  "meta",
  "app_keys",
  "apps",
  "users",
  "grants",
  "session_tokens",
  "sessions",
  "consents",
  "pending_consents",
  "faults",
  "ledger",
] as const;
