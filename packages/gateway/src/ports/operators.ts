/** A person who signs in to the dashboard, for one tenant. */
export interface Operator {
  readonly tenant: string;
  /** `opr_…`: what the audit names */
  readonly id: string;
  /** What is typed at the sign-in page: unique in the installation. */
  readonly name: string;
  /** argon2id, in its own text form with salt and costs. */
  readonly passwordHash: string;
  /** Whether the password must be changed before anything else: somebody else has made it. */
  readonly passwordIsOneTime: boolean;
  /** The secret of the second factor, sealed; `null` where there is none. */
  readonly sealedTotp: Uint8Array | null;
  /** The last time step whose code was used, so that none is used twice. */
  readonly totpUsedStep: number;
  /** Tries in a row that were refused, and when the last one was; ms since 1970, UTC. */
  readonly failedCount: number;
  readonly failedAt: number | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** A session of an operator's browser. Of the cookie only a hash is kept. */
export interface OperatorSession {
  readonly tenant: string;
  readonly operator: string;
  /** `ops_…`: what the page of one's sessions names */
  readonly id: string;
  readonly hash: string;
  /** What the browser says it is, for the person to recognise it. */
  readonly browser: string;
  readonly createdAt: number;
  readonly usedAt: number;
  /** ms since 1970, UTC */
  readonly expiresAt: number;
}

/** Who has signed in, as routes see it. */
export interface SignedIn extends Pick<Operator, "tenant" | "id" | "name" | "passwordIsOneTime"> {
  /** The id of the session. */
  readonly session: string;
  /** When the session ends whatever happens; ms since 1970, UTC. */
  readonly sessionEndsAt: number;
  /** Whether it is the gateway's own tenant, which sees the vault and the other tenants besides its own things. */
  readonly ofGateway: boolean;
}
