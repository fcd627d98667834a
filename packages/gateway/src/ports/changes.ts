/** What other gateways must hear of, so that what they remember is read again. It holds ids only. */
export interface Change {
  readonly tenant: string;
  readonly kind: "connection" | "app" | "vendor_session" | "api_key" | "operator";
  readonly id: string;
}

/** News between gateways on one database. */
export interface Changes {
  /** Inside a transaction it goes out when that is committed, and never where it is not. */
  announce(change: Change): Promise<void>;
}

/** Hears of changes, its own gateway's too. Changes may have been missed whenever `onGap` is called. */
export interface ChangeListener {
  onChange(change: Change): void;
  onGap(): void;
}
