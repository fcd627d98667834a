import type { BrokerId } from "kunji";
import type { Status } from "./connections.js";

/** What only the operator may see of all tenants together: numbers, never a row. */
export interface Installation {
  /** How many connections there are of each broker in each status. */
  countConnections(): Promise<
    readonly { readonly broker: BrokerId; readonly status: Status; readonly count: number }[]
  >;
  /** Whether there is any tenant yet. */
  hasTenants(): Promise<boolean>;
}
