import type { Slot, SlotKind } from "./slot.js";

/** Where sealed values are stored. Names are those of the tables in TypeScript. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  /** The column that names the key of the value beside it, which the database itself computes. */
  readonly keyOf: string;
  /** The columns that a row is found by. */
  readonly key: readonly string[];
  /** What the value is bound to, besides the row's tenant: see `Slot`. */
  readonly kind: SlotKind;
  /** The column that holds the slot's id. */
  readonly id: string;
  readonly field: string;
}

/**
 * Every column that holds sealed values, but for the canaries, which go with their keys. A rotation goes by this list. A new
 * sealed column is entered here and watched by its migration (`watchSealed`); a test fails where it isn't.
 */
export const sealedPlaces = {
  appKeys: {
    table: "apps",
    column: "sealedKeys",
    keyOf: "keyOfSealedKeys",
    key: ["tenant", "id"],
    kind: "app",
    id: "id",
    field: "keys",
  },
  appEgress: {
    table: "apps",
    column: "sealedEgress",
    keyOf: "keyOfSealedEgress",
    key: ["tenant", "id"],
    kind: "app",
    id: "id",
    field: "egress",
  },
  connectionEgress: {
    table: "connections",
    column: "sealedEgress",
    keyOf: "keyOfSealedEgress",
    key: ["tenant", "id"],
    kind: "connection",
    id: "id",
    field: "egress",
  },
  connectionSession: {
    table: "connections",
    column: "sealedSession",
    keyOf: "keyOfSealedSession",
    key: ["tenant", "id"],
    kind: "connection",
    id: "id",
    field: "session",
  },
  attempt: {
    table: "attempts",
    column: "sealedAttempt",
    keyOf: "keyOfSealedAttempt",
    key: ["tenant", "app", "browserHash"],
    kind: "attempt",
    id: "hash",
    field: "attempt",
  },
  waitingSession: {
    table: "codes",
    column: "sealedSession",
    keyOf: "keyOfSealedSession",
    key: ["tenant", "hash"],
    kind: "code",
    id: "hash",
    field: "session",
  },
  vendorSession: {
    table: "vendorSessions",
    column: "sealedSession",
    keyOf: "keyOfSealedSession",
    key: ["tenant", "app"],
    kind: "vendor_session",
    id: "app",
    field: "session",
  },
  webhookSecret: {
    table: "webhooks",
    column: "sealedSecret",
    keyOf: "keyOfSealedSecret",
    key: ["tenant", "id"],
    kind: "webhook",
    id: "id",
    field: "secret",
  },
  keptAnswer: {
    table: "idempotentRequests",
    column: "sealedAnswer",
    keyOf: "keyOfSealedAnswer",
    key: ["tenant", "hash"],
    kind: "idempotency",
    id: "hash",
    field: "answer",
  },
  operatorTotp: {
    table: "operators",
    column: "sealedTotp",
    keyOf: "keyOfSealedTotp",
    key: ["tenant", "id"],
    kind: "operator",
    id: "id",
    field: "totp",
  },
  linkKey: {
    table: "retiredKeys",
    column: "sealedLinkKey",
    keyOf: "keyOfSealedLinkKey",
    key: ["keyId"],
    kind: "installation",
    id: "keyId",
    field: "link_key",
  },
} as const satisfies Readonly<Record<string, SealedPlace>>;

/** The one place of a value: `tenant` is "" for the installation's own. */
export const slotAt = ({ kind, field }: SealedPlace, tenant: string, id: string): Slot => ({
  tenant,
  kind,
  id,
  field,
});
