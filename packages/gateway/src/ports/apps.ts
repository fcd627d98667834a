import type { BrokerId } from "kunji";
import type { Listed, Page } from "./page.js";

/** The pictures that a logo may be: none that can hold a script. */
export type LogoType = "image/png" | "image/jpeg" | "image/webp";

/** A picture that browsers are shown. */
export interface Logo {
  readonly type: LogoType;
  readonly data: Uint8Array;
}

/** One registration with a broker. */
export interface App {
  readonly tenant: string;
  /** The tenant's own name for it. */
  readonly id: string;
  readonly broker: BrokerId;
  readonly environment: string;
  /** The broker's keys, encrypted. */
  readonly sealedKeys: Uint8Array;
  /** Where a browser may be sent back to, matched exactly. */
  readonly returnUrls: readonly string[];
  /** The proxy by which its broker is reached, without its password; `null` for none. */
  readonly egress: string | null;
  /** The same with its password, encrypted. */
  readonly sealedEgress: Uint8Array | null;
  /** How many orders each of its connections may send in any 1,000 ms; `null` for as many as the operator lets it. */
  readonly ordersPerConnection: number | null;
  /** How many all of them may together; `null` for any number. */
  readonly ordersPerApp: number | null;
  /** The name that its users read; `null` where they read the host they go back to. */
  readonly displayName: string | null;
  /** The colour of its buttons, `#rrggbb`; `null` for the gateway's own. */
  readonly accent: string | null;
  /** `null` where it has no logo. */
  readonly logoType: LogoType | null;
  /** The callback's last path segment: random, unique in the installation, made once. */
  readonly handle: string;
  /** ms since 1970, UTC */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What an app need not have: left out, it has none. */
type Extras = "egress" | "sealedEgress" | "ordersPerConnection" | "ordersPerApp" | "displayName" | "accent";

/** A logo that is left out stays as it is; `null` takes it away. */
export type NewApp = Omit<App, "tenant" | "createdAt" | "updatedAt" | "logoType" | Extras> &
  Partial<Pick<App, Extras>> & { readonly logo?: Logo | null; readonly at: number };

/** What is sealed anew whenever an app is written, so that it tells one state of it from all others. */
export type SealedApp = Pick<App, "sealedKeys" | "sealedEgress">;

export interface Apps {
  /**
   * Adds the app or replaces all but its broker. A known app keeps its handle.
   * @param known what was read before, `null` for no such app: then nothing is written where it has been changed since
   * @returns `undefined` where nothing was written: the id stands for an app at another broker, or `known` for another one
   */
  put(tenant: string, app: NewApp, known?: SealedApp | null): Promise<App | undefined>;
  get(tenant: string, id: string): Promise<App | undefined>;
  /** In the order of their ids. */
  list(tenant: string, page: Page): Promise<Listed<App>>;
}
