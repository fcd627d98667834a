import type { AnyClient, BrokerId, Secret, Traits, VendorStore } from "kunji";

/** What a broker's client is opened with. */
export interface ClientWish {
  readonly broker: BrokerId;
  readonly environment: string;
  /** The app's keys and settings, by the names in the broker's traits. */
  readonly settings: Readonly<Record<string, Secret | string | number | false>>;
  /** Absent where the broker sends no browser back. */
  readonly redirectUri?: string | undefined;
  /** The proxy by which all that the client sends goes; without one it goes directly. */
  readonly egress?: Secret | undefined;
  readonly vendorStore?: VendorStore | undefined;
}

/** The brokers, at the places that this gateway may reach. */
export interface Brokers {
  readonly traits: Readonly<Record<BrokerId, Traits>>;
  /** The names that a caller may choose among. */
  environments(broker: BrokerId): readonly string[];
  /**
   * Whether the host of a broker's API answers anything, by a proxy or by none; else the short code of what kept it. No credential
   * goes along. @throws Problem `app_unusable` for an unknown environment
   */
  answers(at: Pick<ClientWish, "broker" | "environment" | "egress">): Promise<true | string>;
  /** The address that calls come from, by a proxy or by none, as the sandbox sees it; `null` where there is none to tell. */
  addressSeen(proxy: Secret | undefined): Promise<string | null>;
  /** @throws KunjiError `input_invalid` that names the setting; Problem `app_unusable` for an unknown environment */
  open(wish: ClientWish): AnyClient;
  /** Does a work whose calls to brokers leave within so many ms from now, or not at all: also where this process has stood still. */
  inTime<T>(ms: number, work: () => Promise<T>): Promise<T>;
}
