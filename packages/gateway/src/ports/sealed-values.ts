import type { SealedPlace } from "../domain/sealed-places.js";
import type { Slot } from "../domain/slot.js";

/** A sealed value where it lies. */
export interface StoredSeal {
  readonly slot: Slot;
  readonly sealed: Uint8Array;
  /** The values of the row's key, in the order of the place's. */
  readonly key: readonly string[];
}

/** All sealed values of all tenants, for a rotation: what they say stays sealed. */
export interface SealedValues {
  /** Values of a place that lie under a key, in the order of the rows' keys, from one on. */
  under(
    place: SealedPlace,
    keyId: string,
    page: { readonly after?: readonly string[] | undefined; readonly limit: number },
  ): Promise<readonly StoredSeal[]>;
  /** Puts a value in another's place, unless that was changed meanwhile or is being changed: then false. It waits for nobody. */
  replace(place: SealedPlace, was: StoredSeal, sealed: Uint8Array): Promise<boolean>;
  /** How many values lie under each key. */
  count(): Promise<ReadonlyMap<string, number>>;
}
