import type { Listed, Page } from "./page.js";

/** What an API key may do. */
export type Scope = "connect" | "read" | "session" | "proxy" | "admin";

/** Which calls of a broker a key may forward. Unknown calls count as orders. */
export type CallKind = "read" | "order" | "money";

/** An API key without the key: of that only a hash is kept. */
export interface ApiKey {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly calls: readonly CallKind[];
  /** ms since 1970, UTC */
  readonly createdAt: number;
  /** ms since 1970, UTC; `null` while it opens */
  readonly endedAt: number | null;
}

/** A key to be kept: `hash` is unique in the installation. */
export type NewApiKey = Omit<ApiKey, "tenant" | "endedAt"> & { readonly hash: string };

export interface ApiKeys {
  /** `undefined` where the id or the hash is taken. */
  add(tenant: string, key: NewApiKey): Promise<ApiKey | undefined>;
  get(tenant: string, id: string): Promise<ApiKey | undefined>;
  /** In the order of their ids. */
  list(tenant: string, page: Page): Promise<Listed<ApiKey>>;
  /** True where this call ended it. */
  end(tenant: string, id: string, at: number): Promise<boolean>;
  /** Erases the keys that have not ended and whose ids begin with this text, but for one; answers their ids. */
  eraseOthers(tenant: string, beginning: string, id: string): Promise<readonly string[]>;
}
