import { createHash } from "node:crypto";

/** What a record tells besides who, what and when: codes, ids, names and numbers, never a secret. */
export type AuditFacts = Readonly<Record<string, string | number | boolean | null>>;

/** What a record of the audit says, without its hash. */
export interface AuditStatement {
  readonly tenant: string;
  readonly sequence: number;
  /** ms since 1970, UTC */
  readonly at: number;
  readonly key: string | null;
  readonly action: string;
  readonly kind: string;
  readonly id: string;
  /** A JSON object as text. */
  readonly facts: string | null;
}

/** A record in a chain. */
export interface ChainedStatement extends AuditStatement {
  readonly hash: string;
}

/** The place of one record in a tenant's chain. Before the first one it is sequence 0 with the hash of nothing. */
export interface ChainPlace {
  readonly sequence: number;
  /** SHA-256 in 64 lower-case hex digits. */
  readonly hash: string;
}

export const chainBegin: ChainPlace = {
  sequence: 0,
  hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
};

/** JSON by RFC 8785: members in the order of their names, no white space. For flat values as records hold them. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(",")}}`;
}

/** A record as it is shown, exported and hashed: all but its hash. */
export function shownStatement({ at, facts, ...record }: AuditStatement) {
  const { tenant, sequence, key, action, kind, id } = record;
  const told: unknown = facts === null ? null : JSON.parse(facts);
  return { tenant, sequence, at: new Date(at).toISOString(), key, action, kind, id, facts: told };
}

/**
 * The hash of a record: SHA-256 over the hash before it, a line feed, and the record's canonical JSON, in UTF-8.
 * @throws SyntaxError, RangeError where the record holds what no record can
 */
export const chainHash = (before: string, record: AuditStatement): string =>
  createHash("sha256")
    .update(`${before}\n${canonicalJson(shownStatement(record))}`)
    .digest("hex");

/** Whether a record's hash is the one that follows from its words and the hash before it. */
export function isChained(before: string, record: ChainedStatement): boolean {
  try {
    return chainHash(before, record) === record.hash;
  } catch {
    return false;
  }
}
