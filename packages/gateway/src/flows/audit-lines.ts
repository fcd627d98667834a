import { canonicalJson, chainBegin, shownStatement } from "../domain/audit-chain.js";
import type { AuditChain, AuditRecord } from "../ports/audit.js";
import type { AuditReader } from "./verify-audit.js";

/** A record as the API and an export show it. One whose facts were broken from without shows them as they lie there. */
export function showAudit({ hash, ...record }: AuditRecord) {
  const { facts } = record;
  try {
    const { facts: told, ...statement } = shownStatement(record);
    return { ...statement, facts: told as Record<string, unknown> | null, hash };
  } catch {
    const { facts: _, ...statement } = shownStatement({ ...record, at: 0, facts: null });
    return { ...statement, facts: { unreadable: facts }, hash };
  }
}

/** A line of an export. */
export const auditLine = (record: AuditRecord): string => JSON.stringify(showAudit(record));

/** The record of an export's line; `undefined` where it is none, or holds more. */
function recordOf(line: string): AuditRecord | undefined {
  try {
    const { hash, ...words } = JSON.parse(line) as ReturnType<typeof showAudit>;
    const { at, facts, ...shown } = words;
    const told = facts === null ? null : canonicalJson(facts);
    const record = { ...shown, at: Date.parse(at), facts: told, hash } as AuditRecord;
    return canonicalJson(shownStatement(record)) === canonicalJson(words) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** An export without a line that is no record has `unreadable: null`, else the number of the first such line. */
export interface AuditExport extends AuditReader {
  readonly tenants: readonly string[];
  readonly unreadable: number | null;
}

/** Where an export's chain begins: at its first record, or behind what the export itself tells to have been erased. */
function chainOf(records: readonly AuditRecord[]): AuditChain {
  const { sequence = 0, hash = chainBegin.hash } = records.at(-1) ?? {};
  const first = (records[0]?.sequence ?? 1) - 1;
  const told = records.findLast(({ action }) => action === "audit.erase")?.facts ?? "{}";
  const { hash: before } = JSON.parse(told) as { hash?: unknown };
  const erased = first === 0 ? chainBegin : { sequence: first, hash: String(before) };
  return { head: { sequence, hash }, erased };
}

/** Reads an export, whose records of a tenant come in their order, as if it were a store. */
export function readExport(text: string): AuditExport {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const records = lines.map(recordOf);
  const unreadable = records.indexOf(undefined);
  const kept = new Map<string, AuditRecord[]>();
  for (const record of records) {
    if (!record) continue;
    const own = kept.get(record.tenant) ?? [];
    own.push(record);
    kept.set(record.tenant, own);
  }
  // What is written into an export twice, or out of its order, is not passed over by reading on from a sequence.
  for (const own of kept.values()) own.sort((one, other) => one.sequence - other.sequence);
  return {
    tenants: [...kept.keys()],
    unreadable: unreadable === -1 ? null : unreadable + 1,
    audit: {
      async list(tenant, after, limit) {
        const own = kept.get(tenant) ?? [];
        const begin = own.findIndex(({ sequence }) => sequence > after);
        return begin === -1 ? [] : own.slice(begin, begin + limit);
      },
      chain: async (tenant) => (kept.has(tenant) ? chainOf(kept.get(tenant) ?? []) : undefined),
    },
  };
}
