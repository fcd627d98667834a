import { type ChainPlace, isChained } from "../domain/audit-chain.js";
import { Problem } from "../domain/problem.js";
import type { Audit, AuditChain, AuditRecord } from "../ports/audit.js";

/**
 * What is wrong at a place of a chain. `changed`: the record, or the one before it, isn't what it was, or was put in or moved.
 * `missing`: it is gone. `inserted`: it lies behind the chain's head. `erasure_unfounded`: records were erased of which no
 * record tells. `anchor_missed`: it is another record than the anchor's. `head_changed`: the head isn't the last record's.
 */
export type AuditFault = {
  readonly sequence: number;
  readonly fault: "changed" | "missing" | "inserted" | "erasure_unfounded" | "anchor_missed" | "head_changed";
};

/** What a verification has found. */
export interface AuditVerdict {
  readonly intact: boolean;
  /** How many records were read. */
  readonly records: number;
  readonly head: ChainPlace;
  /** The last record that was erased in its time. */
  readonly erased: ChainPlace;
  /** Anchors that lie before the records that are kept: nothing can be said of them. */
  readonly anchorsTooOld: number;
  /** The first twenty. */
  readonly faults: readonly AuditFault[];
}

/**
 * A chain, or the part of it that an export holds: `begin` says where that begins behind records that are neither there nor
 * erased. At an `anchor`, or with an `unknown` hash: then the first record can't be verified.
 */
export type ReadChain = AuditChain & { readonly begin?: "anchor" | "unknown" };

/** Where records are read: a store, or an export. */
export interface AuditReader {
  readonly audit: Pick<Audit, "list"> & { chain(tenant: string): Promise<ReadChain | undefined> };
}

const batch = 1_000;
const mostFaults = 20;

/** A tenant's records up to a sequence, in their order. */
export async function* auditRecords(
  { audit }: AuditReader,
  tenant: string,
  after: number,
  upTo: number,
): AsyncGenerator<AuditRecord, void, undefined> {
  for (let last = after; last < upTo; ) {
    const found = await audit.list(tenant, last, batch);
    for (const record of found) if (record.sequence <= upTo) yield record;
    last = found.at(-1)?.sequence ?? upTo;
  }
}

/** The place that a record of an erasure tells; a record that was changed may hold anything. */
function erasedBy({ facts }: AuditRecord): ChainPlace | undefined {
  try {
    const { through, hash } = JSON.parse(facts ?? "") as Record<string, unknown>;
    return typeof through === "number" && typeof hash === "string" ? { sequence: through, hash } : undefined;
  } catch {
    return undefined;
  }
}

async function walk(
  reader: AuditReader,
  tenant: string,
  { head, erased, begin }: ReadChain,
  anchors: readonly ChainPlace[],
): Promise<AuditVerdict> {
  const faults: AuditFault[] = [];
  const blame = (sequence: number, fault: AuditFault["fault"]) => void faults.push({ sequence, fault });
  const hashes = new Map<number, string>([[erased.sequence, erased.hash]]);
  const asked = new Set(anchors.map(({ sequence }) => sequence));
  let last: ChainPlace = erased;
  let told: ChainPlace | undefined;
  let records = 0;
  for await (const record of auditRecords(reader, tenant, erased.sequence, head.sequence)) {
    records += 1;
    const { sequence, hash } = record;
    if (sequence !== last.sequence + 1) blame(last.sequence + 1, "missing");
    else if (!(begin === "unknown" && records === 1) && !isChained(last.hash, record))
      blame(sequence, "changed");
    if (record.action === "audit.erase") told = erasedBy(record);
    if (asked.has(sequence)) hashes.set(sequence, hash);
    last = { sequence, hash };
    if (faults.length >= mostFaults) break;
  }
  if (faults.length < mostFaults) {
    if (last.sequence < head.sequence) blame(last.sequence + 1, "missing");
    else if (last.hash !== head.hash) blame(head.sequence, "head_changed");
    const founded = told?.sequence === erased.sequence && told.hash === erased.hash;
    if (erased.sequence > 0 && !begin && !founded) blame(erased.sequence, "erasure_unfounded");
  }
  for (const { sequence, hash } of anchors)
    if (sequence > head.sequence) blame(sequence, "missing");
    else if (sequence >= erased.sequence && hashes.get(sequence) !== hash) blame(sequence, "anchor_missed");
  const anchorsTooOld = anchors.filter(({ sequence }) => sequence < erased.sequence).length;
  return {
    intact: faults.length === 0,
    records,
    head,
    erased,
    anchorsTooOld,
    faults: faults.slice(0, mostFaults),
  };
}

/**
 * Walks a tenant's chain from its oldest record to its head, and looks for each anchor in it: a sequence with a hash that was kept
 * elsewhere. Records that are written meanwhile don't matter.
 * @throws Problem `not_found` without such a tenant
 */
export async function verifyAudit(
  reader: AuditReader,
  tenant: string,
  anchors: readonly ChainPlace[] = [],
): Promise<AuditVerdict> {
  const { audit } = reader;
  const chain = await audit.chain(tenant);
  if (!chain) throw new Problem("not_found");
  const verdict = await walk(reader, tenant, chain, anchors);
  // Of those behind the head, the ones that the head hasn't reached by now were written by nobody.
  const [behind] = await audit.list(tenant, chain.head.sequence, 1);
  const now = await audit.chain(tenant);
  // What was erased under way looks like a gap.
  if (now && now.erased.sequence !== chain.erased.sequence) return verifyAudit(reader, tenant, anchors);
  if (!behind || !now || behind.sequence <= now.head.sequence) return verdict;
  const inserted = { sequence: behind.sequence, fault: "inserted" } as const;
  return { ...verdict, intact: false, faults: [...verdict.faults, inserted].slice(0, mostFaults) };
}
