import type { ColumnKind, MovedColumn } from "./moved-row.js";

/** What the first line of an export says it is. */
export const movedFormat = "kunji-gateway export 1";

/** The first line. */
export interface MovedHead {
  readonly format: typeof movedFormat;
  /** The migrations that the rows' tables have had. */
  readonly version: readonly string[];
  /** ISO 8601, UTC */
  readonly at: string;
}

/** The last line: how many rows of each table came, and the SHA-256, in hex, of every byte before the line. */
export interface MovedEnd {
  readonly rows: Readonly<Record<string, number>>;
  readonly sha256: string;
}

export const tableLine = (name: string, columns: readonly MovedColumn[]): string =>
  JSON.stringify({
    table: name,
    columns: Object.fromEntries(columns.map((column) => [column.name, column.kind])),
  });

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The first line's content; `undefined` for anything else. */
export function headFrom(parsed: unknown): MovedHead | undefined {
  if (!isRecord(parsed) || parsed.format !== movedFormat) return undefined;
  const { version, at } = parsed;
  if (!Array.isArray(version) || !version.every((name) => typeof name === "string")) return undefined;
  return typeof at === "string" ? { format: movedFormat, version, at } : undefined;
}

const kinds: readonly unknown[] = ["text", "integer", "bytes"] satisfies readonly ColumnKind[];

/** A table's name and columns; `undefined` for any other line. */
export function tableFrom(
  parsed: unknown,
): { readonly name: string; readonly columns: readonly MovedColumn[] } | undefined {
  if (!isRecord(parsed) || typeof parsed.table !== "string" || !isRecord(parsed.columns)) return undefined;
  const columns = Object.entries(parsed.columns);
  if (!columns.every(([, kind]) => kinds.includes(kind))) return undefined;
  return { name: parsed.table, columns: columns.map(([name, kind]) => ({ name, kind: kind as ColumnKind })) };
}

/** The last line's content; `undefined` for any other line. */
export function endFrom(parsed: unknown): MovedEnd | undefined {
  if (!isRecord(parsed) || !isRecord(parsed.rows) || typeof parsed.sha256 !== "string") return undefined;
  const counts = Object.entries(parsed.rows);
  if (!counts.every(([, count]) => Number.isSafeInteger(count))) return undefined;
  return { rows: Object.fromEntries(counts) as MovedEnd["rows"], sha256: parsed.sha256 };
}
