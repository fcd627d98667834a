import type { ConnectionSummary } from "../../ports/connections.js";

/** Every column but the sealed session. */
export const summaryColumns = [
  "tenant",
  "id",
  "app",
  "broker",
  "user",
  "expectedAccount",
  "account",
  "status",
  "reason",
  "generation",
  "sessionKey",
  "startedAt",
  "usedAt",
  "endsAt",
  "returnUrl",
  "warnedEveningAt",
  "warnedSoonAt",
  "dueAt",
  "leaseOwner",
  "leaseUntil",
  "triedAt",
  "triedWhat",
  "createdAt",
  "updatedAt",
] as const satisfies readonly (keyof ConnectionSummary)[];
