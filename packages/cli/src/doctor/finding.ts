import type { BrokerId } from "kunji";

/** What one check found: `fail` stops a login or a call, `warn` may. */
export interface Finding {
  readonly check: string;
  readonly level: "ok" | "warn" | "fail";
  /** One sentence; where something is wrong it says what to do. */
  readonly says: string;
  readonly broker?: BrokerId;
}
