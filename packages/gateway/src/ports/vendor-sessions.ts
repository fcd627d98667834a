import type { Leased, LeaseWish, Tried } from "./lease.js";

/** The session of an app itself, where a broker has two tiers: one per tenant and app. Times are ms since 1970, UTC. */
export interface VendorSession extends Leased, Tried {
  readonly tenant: string;
  readonly app: string;
  /** Encrypted; `null` before the first and after its logout. */
  readonly sealedSession: Uint8Array | null;
  readonly generation: number;
  readonly endsAt: number | null;
  readonly loggedOutAt: number | null;
  readonly updatedAt: number;
}

export interface VendorSessions {
  get(tenant: string, app: string): Promise<VendorSession | undefined>;
  /** `undefined` while another lease lives, or where the tenant has no such app. */
  lease(
    tenant: string,
    app: string,
    wish: LeaseWish & { readonly at: number },
  ): Promise<VendorSession | undefined>;
  /** Writes a try down. False, and the call must not be sent, where the lease has ended or the generation is another. */
  noteTry(
    tenant: string,
    app: string,
    owner: string,
    attempt: { readonly generation: number; readonly what: string; readonly at: number },
  ): Promise<boolean>;
  /** Stores the next generation; `undefined` where the generation is no longer `from`. */
  put(
    tenant: string,
    app: string,
    from: number,
    session: { readonly sealedSession: Uint8Array; readonly endsAt: number | null; readonly at: number },
  ): Promise<VendorSession | undefined>;
  /** Erases the session. False where the generation is no longer `from`. */
  logOut(tenant: string, app: string, from: number, at: number): Promise<boolean>;
  /** True where the lease was still this owner's. */
  release(tenant: string, app: string, owner: string): Promise<boolean>;
}
