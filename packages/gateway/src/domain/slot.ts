/** What kind of row a sealed value lies in. `installation` is the gateway's own. */
export type SlotKind =
  | "connection"
  | "app"
  | "attempt"
  | "code"
  | "vendor_session"
  | "webhook"
  | "idempotency"
  | "operator"
  | "installation";

/** The one place that a sealed value belongs to: opened for any other place it is refused. */
export interface Slot {
  /** The tenant that owns the row; "" for the installation's own. */
  readonly tenant: string;
  readonly kind: SlotKind;
  /** The row's id. */
  readonly id: string;
  /** The column, or what takes its part. */
  readonly field: string;
}

/**
 * The associated data of a sealed value: its format, its key and its slot, as a JSON array. JSON escapes what could be
 * taken for a border between two parts, and half characters too, so no two slots have the same bytes.
 */
export function associatedData(format: string, keyId: string, slot: Slot): Uint8Array {
  return Buffer.from(JSON.stringify([format, keyId, slot.tenant, slot.kind, slot.id, slot.field]));
}
