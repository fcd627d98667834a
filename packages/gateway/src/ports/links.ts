/** A link with which a user may log in. Times are ms since 1970, UTC. */
export interface Link {
  readonly tenant: string;
  /** The hash of its token, unique in the installation. */
  readonly hash: string;
  readonly connection: string;
  readonly returnUrl: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface Links {
  /** `undefined` where the tenant has no such connection, or it is closed. */
  add(tenant: string, link: Omit<Link, "tenant">): Promise<Link | undefined>;
  /** True where this call ended it. */
  end(tenant: string, hash: string): Promise<boolean>;
}
