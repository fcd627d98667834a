import type { Operator } from "./operators.js";

/** What is asked for before a session opens anything. */
export type SignInNeed = "code" | "password";

/** A session of an operator's browser. Of the cookie only a hash is kept. Moments are ms since 1970, UTC. */
export interface OperatorSession {
  readonly tenant: string;
  readonly operator: string;
  /** `ops_…`: what the page of one's sessions names */
  readonly id: string;
  readonly hash: string;
  /** The next step of a sign-in that is not done; `null` for one that is. */
  readonly needs: SignInNeed | null;
  /** What the browser says it is, for the person to recognise it. */
  readonly browser: string;
  readonly createdAt: number;
  readonly usedAt: number;
  readonly expiresAt: number;
}

/** A session with whose it is, as the way in answers it. */
export interface FoundSession {
  readonly session: OperatorSession;
  readonly operator: Operator;
  /** Who made the tenant: `null` for the gateway's own. */
  readonly madeBy: string | null;
}

/** Who has signed in, as routes see it. */
export interface SignedIn extends Pick<Operator, "tenant" | "id" | "name"> {
  /** The id of the session. */
  readonly session: string;
  /** Whether it is the gateway's own tenant, whose operators see the vault and other tenants besides their own things. */
  readonly ofGateway: boolean;
}

/** The browsers in which operators have signed in. */
export interface OperatorSessions {
  /** Erases those of the operator that are over besides, and the oldest where there are more than `most`. */
  add(tenant: string, session: Omit<OperatorSession, "tenant">, most: number): Promise<boolean>;
  /** Those that are not over, the newest first. */
  list(tenant: string, operator: string, now: number): Promise<readonly OperatorSession[]>;
  /** Writes the last use down, and until when it lives on. */
  touch(
    tenant: string,
    operator: string,
    id: string,
    use: Pick<OperatorSession, "usedAt" | "expiresAt">,
  ): Promise<boolean>;
  /** Erases one. */
  end(tenant: string, operator: string, id: string): Promise<boolean>;
  /** Erases all of an operator but for one; answers how many. */
  endAll(tenant: string, operator: string, except?: string): Promise<number>;
}
