import type { Listed, Page } from "./page.js";

/** One owner of apps, API keys and connections. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  /** The tenant that made it; `null` for the operator's own, which the gateway made itself. */
  readonly madeBy: string | null;
  /** ms since 1970, UTC */
  readonly createdAt: number;
  /** ms since 1970, UTC; `null` while it lives */
  readonly endedAt: number | null;
}

export interface Tenants {
  /** `undefined` where the id is taken. */
  add(
    tenant: string,
    facts: { readonly name: string; readonly madeBy: string | null; readonly at: number },
  ): Promise<Tenant | undefined>;
  get(tenant: string): Promise<Tenant | undefined>;
  /** Those that this tenant has made, in the order of their ids. */
  list(madeBy: string, page: Page): Promise<Listed<Tenant>>;
  /** True where this call ended it. Its API keys open nothing from then on. */
  end(tenant: string, at: number): Promise<boolean>;
}
