import { openStore, type StorePlace } from "../../../src/adapters/database/open-store.js";
import { openWith } from "../../../src/adapters/vault/ring-seal.js";
import type { Keyring } from "../../../src/domain/keyring.js";
import { sealedPlaces, slotAt } from "../../../src/domain/sealed-places.js";
import { verifyAudit } from "../../../src/flows/verify-audit.js";
import type { Store } from "../../../src/ports/store.js";
import { openAll } from "../../moving/support/open-all.js";
import { runStatement } from "../../support/run-statement.js";
import type { Acknowledged } from "./mixed-load.js";

/** What is wrong with what a death has left, each thing in a sentence. */
export interface Left {
  readonly missing: readonly string[];
  readonly unreadable: readonly string[];
  /** Sealed values of any kind, all of which were opened. */
  readonly values: number;
}

/** Compares what is on file of connections with what was acknowledged of them. */
async function compared(
  store: Store,
  ring: Keyring,
  known: ReadonlyMap<string, Acknowledged>,
  tenant: string,
) {
  const missing: string[] = [];
  const unreadable: string[] = [];
  for (const [id, { broker, status, generation, closing }] of known) {
    const row = await store.connections.get(tenant, id);
    const told = `${broker} ${id} was ${status} ${generation}, is ${row?.status} ${row?.generation}`;
    if (!row) missing.push(told);
    else if (status === "closed" && (row.status !== "closed" || row.sealedSession)) missing.push(told);
    else if (status === "active" && !(closing && row.status === "closed")) {
      if (!["active", "unsure"].includes(row.status) || row.generation < generation) missing.push(told);
      const slot = slotAt(sealedPlaces.connectionSession, tenant, id);
      const text = row.sealedSession ? openWith(ring, slot, row.sealedSession) : undefined;
      if (text === undefined) unreadable.push(told);
    }
  }
  return { missing, unreadable };
}

/** What the database itself says of its files. Empty where all is well. */
export async function integrityOf(place: StorePlace): Promise<readonly string[]> {
  if ("file" in place) {
    const checked = await runStatement(place, "pragma integrity_check");
    const keys = await runStatement(place, "pragma foreign_key_check");
    return [...checked.filter((row) => row.integrity_check !== "ok"), ...keys].map((row) =>
      JSON.stringify(row),
    );
  }
  // Each index beside its table, by PostgreSQL's own `amcheck`, which its superusers may use.
  const may = await runStatement(place, "select 1 from pg_user where usename = current_user and usesuper");
  if (may.length === 0) return [];
  await runStatement(place, "create extension if not exists amcheck");
  const check = `select bt_index_check(c.oid, true) from pg_index i join pg_class c on c.oid = i.indexrelid
    join pg_am a on a.oid = c.relam join pg_namespace n on n.oid = c.relnamespace
    where a.amname = 'btree' and n.nspname = 'public' and i.indisvalid`;
  return runStatement(place, check).then(
    () => [],
    (error: unknown) => [String(error)],
  );
}

/** Looks at a database whose gateway is dead. */
export async function whatIsLeft(
  place: StorePlace,
  ring: Keyring,
  known: ReadonlyMap<string, Acknowledged>,
  tenant = "operator",
): Promise<Left> {
  const store = await openStore(place);
  try {
    const { missing, unreadable } = await compared(store, ring, known, tenant);
    const { values, opened } = await openAll(store, ring);
    const closedToTheKey = values > opened ? [`${values - opened} of ${values} values do not open`] : [];
    return { missing, unreadable: [...unreadable, ...closedToTheKey], values };
  } finally {
    await store.close();
  }
}

/** Whether what was told and what was done hang together: every event follows the one before, every record its own chain. */
export async function historyFaults(place: StorePlace, tenant = "operator"): Promise<readonly string[]> {
  const store = await openStore(place);
  try {
    const { intact, faults } = await verifyAudit(store, tenant);
    const gaps: string[] = [];
    let last: number | undefined;
    for (;;) {
      const events = await store.events.list(tenant, last ?? 0, 1_000);
      for (const { sequence } of events) {
        if (last !== undefined && sequence !== last + 1) gaps.push(`event ${sequence} follows ${last}`);
        last = sequence;
      }
      if (events.length < 1_000) break;
    }
    return [...(intact ? [] : faults.map((fault) => JSON.stringify(fault))), ...gaps];
  } finally {
    await store.close();
  }
}
