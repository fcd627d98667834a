import type { BrokerId } from "kunji";
import type { Status } from "./connections.js";

/** What only the operator may see of all tenants together: numbers and the tenants' ids, never a row. */
export interface Installation {
  /** How many connections there are of each broker in each status. */
  countConnections(): Promise<
    readonly { readonly broker: BrokerId; readonly status: Status; readonly count: number }[]
  >;
  /** The ids of all tenants, those that have ended too, in their order: so many after one. */
  tenantIds(after: string, limit: number): Promise<readonly string[]>;
  /** Whether there is any tenant yet. */
  hasTenants(): Promise<boolean>;
}
