import { randomBytes as nodeRandomBytes } from "node:crypto";
import type { SandboxBroker, World } from "./broker.js";
import { type Clock, createClock } from "./clock.js";
import { type PresetUrls, presetRedirect, presetsVersion, startFromPresets } from "./presets.js";
import { createRandom, type Random } from "./random.js";
import { type SigningKeys, signingKeys } from "./signing-keys.js";
import { openDatabase } from "./store/database.js";
import { createStore, type Store } from "./store/store.js";
import { createWorld } from "./world.js";

/** What every part of the sandbox works with. */
export interface Core {
  readonly brokers: readonly SandboxBroker[];
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: SigningKeys;
  readonly world: World;
  readonly wall: () => number;
  /** Why an older file was thrown away at the start; `null` where none was. */
  readonly startedOver: string | null;
  reset(): void;
  /** Closes the file. */
  close(): void;
}

export interface CoreOptions {
  readonly brokers: readonly SandboxBroker[];
  readonly file: string;
  readonly urls: PresetUrls;
  readonly now?: (() => number) | undefined;
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined;
}

/** Opens the store and puts the parts together. */
export function createCore({ brokers, file, urls, now, randomBytes }: CoreOptions): Core {
  const wall = now ?? Date.now;
  const { db, fresh, startedOver } = openDatabase(file, presetsVersion(brokers));
  const store = createStore(db, presetRedirect(brokers, urls));
  if (fresh) startFromPresets(store, brokers);
  const random = createRandom(randomBytes ?? nodeRandomBytes);
  const clock = createClock(store, wall);
  const keys = signingKeys(db, () => random.text(43));
  const world = createWorld({ store, clock, random, keys, wall });
  return {
    brokers,
    store,
    clock,
    random,
    keys,
    world,
    wall,
    startedOver,
    reset() {
      startFromPresets(store, brokers);
      clock.follow();
    },
    close: () => void db.close(),
  };
}
