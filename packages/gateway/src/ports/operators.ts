import type { Listed, Page } from "./page.js";

/** A person who signs in to the dashboard, for one tenant. */
export interface Operator {
  readonly tenant: string;
  /** `opr_…`: what the audit names */
  readonly id: string;
  /** What is typed at the sign-in page: unique in the installation among those that have not ended. */
  readonly name: string;
  /** argon2id, in its own text form with salt and costs. */
  readonly passwordHash: string;
  /** Whether it must be changed before anything else: somebody else has made it. */
  readonly passwordIsOneTime: boolean;
  /** The secret of the second factor, sealed; `null` where there is none. */
  readonly sealedTotp: Uint8Array | null;
  /** The last time step whose code was used, so that none is used twice. */
  readonly totpUsedStep: number;
  /** ms since 1970, UTC */
  readonly createdAt: number;
  /** ms since 1970, UTC; `null` while they may sign in */
  readonly endedAt: number | null;
}

export type NewOperator = Pick<Operator, "id" | "name" | "passwordHash" | "passwordIsOneTime" | "createdAt">;

/** The people who sign in for a tenant. */
export interface Operators {
  /** `undefined` where the id or the name is taken. */
  add(tenant: string, operator: NewOperator): Promise<Operator | undefined>;
  get(tenant: string, id: string): Promise<Operator | undefined>;
  /** Those that have not ended, in the order of their ids. */
  list(tenant: string, page: Page): Promise<Listed<Operator>>;
  /** Whether there is one, or has ever been. */
  any(tenant: string): Promise<boolean>;
  /** True where one was changed that has not ended; the old password must still be the one that is named. */
  changePassword(
    tenant: string,
    id: string,
    was: Operator["passwordHash"],
    change: Pick<Operator, "passwordHash" | "passwordIsOneTime">,
  ): Promise<boolean>;
  /** Another secret of the second factor, or none. True where it was changed. */
  changeTotp(
    tenant: string,
    id: string,
    change: Pick<Operator, "sealedTotp" | "totpUsedStep">,
  ): Promise<boolean>;
  /** True where this step's code had not been used, nor a later one's: now it has. */
  useTotpStep(tenant: string, id: string, step: number): Promise<boolean>;
  /** True where this call ended them. */
  end(tenant: string, id: string, at: number): Promise<boolean>;
}
