import type { BrokerId } from "../broker.js";
import { appStore } from "./apps.js";
import type { Database } from "./database.js";
import { grantStore } from "./grants.js";
import { ledgerStore } from "./ledger-rows.js";
import { pendingConsentStore } from "./pending-consents.js";
import { emptiedByReset } from "./schema.js";
import { sessionStore } from "./sessions.js";
import { setFaultStore } from "./set-faults.js";
import { userStore } from "./users.js";

/** Everything that a restart keeps. */
export function createStore(db: Database, presetRedirect: (broker: BrokerId, name: string) => string | null) {
  const setMeta = db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)");
  const getMeta = db.prepare<[string], string>("SELECT value FROM meta WHERE name = ?").pluck();
  return {
    /** Does all of it or nothing. */
    inOneStep: (work: () => void): void => db.transaction(work).immediate(),
    apps: appStore(db, presetRedirect),
    users: userStore(db),
    grants: grantStore(db),
    sessions: sessionStore(db),
    pendingConsents: pendingConsentStore(db),
    faults: setFaultStore(db),
    ledger: ledgerStore(db),
    setMeta: (name: string, value: string): void => void setMeta.run(name, value),
    getMeta: (name: string): string | undefined => getMeta.get(name) as string | undefined,
    /** Removes all rows but the signing keys. */
    empty(): void {
      for (const table of emptiedByReset) db.exec(`DELETE FROM ${table}`);
    },
  };
}
export type Store = ReturnType<typeof createStore>;
