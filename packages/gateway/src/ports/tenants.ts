/** One owner of apps, API keys and connections. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  /** ms since 1970, UTC */
  readonly createdAt: number;
  /** ms since 1970, UTC; `null` while it lives */
  readonly endedAt: number | null;
}

export interface Tenants {
  /** `undefined` where the id is taken. */
  add(tenant: string, facts: { readonly name: string; readonly at: number }): Promise<Tenant | undefined>;
  get(tenant: string): Promise<Tenant | undefined>;
  /** True where this call ended it. Its API keys open nothing from then on. */
  end(tenant: string, at: number): Promise<boolean>;
}
