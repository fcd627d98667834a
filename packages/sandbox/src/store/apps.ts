import type { App, BrokerId } from "../broker.js";
import type { Database } from "./database.js";

interface Row {
  id: string;
  broker: BrokerId;
  name: string;
  preset: number;
  redirect_url: string | null;
  keys: string;
}

/** What is stored of an app. `redirectUrl: null` at a preset app means: the one that the settings give. */
export interface StoredApp extends App {
  readonly preset: boolean;
}

/** The apps, found by id and by any of their keys. */
export function appStore(db: Database, presetRedirect: (broker: BrokerId, name: string) => string | null) {
  const insert = db.prepare(
    "INSERT INTO apps (id, broker, name, preset, redirect_url, keys) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const insertKey = db.prepare("INSERT INTO app_keys (broker, name, value, app_id) VALUES (?, ?, ?, ?)");
  const byKey = db.prepare<[string, string, string], Row>(
    `SELECT apps.* FROM app_keys JOIN apps ON apps.id = app_id
     WHERE app_keys.broker = ? AND app_keys.name = ? AND value = ? ORDER BY apps.rowid LIMIT 1`,
  );
  const byId = db.prepare<[string], Row>("SELECT * FROM apps WHERE id = ?");
  const byBroker = db.prepare<[string], Row>("SELECT * FROM apps WHERE broker = ? ORDER BY rowid");
  const redirect = db.prepare("UPDATE apps SET redirect_url = ? WHERE id = ?");

  const read = (row: Row): App => ({
    id: row.id,
    broker: row.broker,
    name: row.name,
    redirectUrl: row.redirect_url ?? (row.preset === 1 ? presetRedirect(row.broker, row.name) : null),
    keys: JSON.parse(row.keys),
  });

  const add = db.transaction((app: StoredApp) => {
    const { id, broker, name, preset, redirectUrl, keys } = app;
    insert.run(id, broker, name, preset ? 1 : 0, redirectUrl, JSON.stringify(keys));
    for (const [key, value] of Object.entries(keys)) insertKey.run(broker, key, value, id);
  });

  return {
    add: (app: StoredApp): void => add(app),
    byKey(broker: BrokerId, key: string, value: string): App | undefined {
      const row = byKey.get(broker, key, value);
      return row && read(row);
    },
    byId(id: string): App | undefined {
      const row = byId.get(id);
      return row && read(row);
    },
    list: (broker: BrokerId): readonly App[] => byBroker.all(broker).map(read),
    setRedirect: (id: string, url: string): void => void redirect.run(url, id),
  };
}
