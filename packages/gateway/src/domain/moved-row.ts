/** What a column of a database holds. */
export type ColumnKind = "text" | "integer" | "bytes";

export interface MovedColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** A value as both databases hold it: integers have 64 bits. */
export type MovedValue = string | bigint | Uint8Array | null;

/** A row's values, in the order of its table's columns. */
export type MovedRow = readonly MovedValue[];

function shown(value: MovedValue): string | number | null {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  return value;
}

/** A row as a line: a JSON list, bytes in base64, integers beyond 2⁵³ as text. */
export const rowLine = (row: MovedRow): string => JSON.stringify(row.map(shown));

const least = -(2n ** 63n);
const most = 2n ** 63n - 1n;

function integerFrom(value: unknown): bigint | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== "string" || !/^-?\d{16,19}$/.test(value)) return undefined;
  const integer = BigInt(value);
  return integer >= least && integer <= most ? integer : undefined;
}

function bytesFrom(value: unknown): Uint8Array | undefined {
  if (typeof value !== "string") return undefined;
  const bytes = Buffer.from(value, "base64");
  return bytes.toString("base64") === value ? bytes : undefined;
}

const readers: Readonly<Record<ColumnKind, (value: unknown) => MovedValue | undefined>> = {
  text: (value) => (typeof value === "string" ? value : undefined),
  integer: integerFrom,
  bytes: bytesFrom,
};

/** The values of a line that `rowLine` made; `undefined` for any other. */
export function rowFrom(parsed: unknown, columns: readonly MovedColumn[]): MovedRow | undefined {
  if (!Array.isArray(parsed) || parsed.length !== columns.length) return undefined;
  const row: MovedValue[] = [];
  for (const [i, { kind }] of columns.entries()) {
    const value = parsed[i] === null ? null : readers[kind](parsed[i]);
    if (value === undefined) return undefined;
    row.push(value);
  }
  return row;
}
