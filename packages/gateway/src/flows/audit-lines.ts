import { type ChainPlace, canonicalJson, chainBegin, shownStatement } from "../domain/audit-chain.js";
import type { AuditRecord } from "../ports/audit.js";
import type { AuditReader, ReadChain } from "./verify-audit.js";

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

const decoder = new TextDecoder();
const textOf = (line: Uint8Array): string => decoder.decode(line).replace(/\n$/, "");

/** The lines of an export as bytes with their line feeds: all of them, or those from one byte to another. */
export type ExportLines = (part?: {
  readonly start: number;
  readonly end: number;
}) => AsyncIterable<Uint8Array>;

/** Of an export that is no whole one: the number of the first line that is no record, or is out of its order. */
export interface AuditExport extends AuditReader {
  readonly tenants: readonly string[];
  readonly unreadable: number | null;
  readonly disordered: number | null;
}

/** Where a tenant's records lie in an export, and what its chain begins and ends with. */
interface Part {
  start: number;
  end: number;
  first: number;
  /** The last record's sequence. */
  last: number;
  head: ChainPlace;
  erased: string | null;
}

function chainOf({ first, head, erased }: Part, anchors: readonly ChainPlace[]): ReadChain {
  const sequence = first - 1;
  if (sequence === 0) return { head, erased: chainBegin };
  const { through, hash } = JSON.parse(erased ?? "{}") as Record<string, unknown>;
  if (through === sequence) return { head, erased: { sequence, hash: String(hash) } };
  const anchor = anchors.find((one) => one.sequence === sequence);
  return anchor
    ? { head, erased: anchor, begin: "anchor" }
    : { head, erased: { sequence, hash: "" }, begin: "unknown" };
}

/**
 * Reads an export as if it were a store: once to see what is in it, and each tenant's part once more to verify it, a few lines
 * at once.
 * @param anchors those that one may begin behind which does not begin with the first record
 */
export async function readExport(
  linesOf: ExportLines,
  anchors: readonly ChainPlace[] = [],
): Promise<AuditExport> {
  const parts = new Map<string, Part>();
  let unreadable: number | null = null;
  let disordered: number | null = null;
  let at = 0;
  let number = 0;
  for await (const line of linesOf()) {
    const start = at;
    at += line.length;
    number += 1;
    const record = recordOf(textOf(line));
    if (!record) {
      unreadable ??= number;
      continue;
    }
    const { tenant, sequence, hash, action, facts } = record;
    const begun = { start, first: sequence, last: sequence - 1, head: { sequence: 0, hash }, erased: null };
    const part: Part = parts.get(tenant) ?? { ...begun, end: at };
    parts.set(tenant, part);
    if (sequence <= part.last) disordered ??= number;
    part.end = at - 1;
    part.first = Math.min(part.first, sequence);
    part.last = sequence;
    if (sequence > part.head.sequence) part.head = { sequence, hash };
    if (action === "audit.erase") part.erased = facts;
  }

  async function* recordsOf(tenant: string): AsyncGenerator<AuditRecord, void, undefined> {
    const part = parts.get(tenant);
    if (!part) return;
    for await (const line of linesOf({ start: part.start, end: part.end })) {
      const record = recordOf(textOf(line));
      if (record?.tenant === tenant) yield record;
    }
  }
  // What is written into an export twice, or out of its order, is not passed over by reading on from a sequence.
  let reading: { tenant: string; last: number; records: AsyncGenerator<AuditRecord, void> } | undefined;
  return {
    tenants: [...parts.keys()],
    unreadable,
    disordered,
    audit: {
      async list(tenant, after, limit) {
        if (after >= (parts.get(tenant)?.head.sequence ?? 0)) return [];
        if (reading?.tenant !== tenant || reading.last !== after) {
          await reading?.records.return();
          reading = { tenant, last: after, records: recordsOf(tenant) };
        }
        const found: AuditRecord[] = [];
        while (found.length < limit) {
          const { value } = await reading.records.next();
          if (!value) break;
          found.push(value);
        }
        reading.last = found.at(-1)?.sequence ?? after;
        return found;
      },
      async chain(tenant) {
        const part = parts.get(tenant);
        return part && chainOf(part, anchors);
      },
    },
  };
}
