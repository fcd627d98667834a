import { embeddedKeys, type KeySource, keyFileOf } from "./adapters/vault/key-source.js";
import type { Settings } from "./settings.js";

/** Where the settings keep the keys. */
export const keySourceOf = ({ data, keyFile }: Pick<Settings, "data" | "keyFile">): KeySource =>
  keyFile === undefined ? embeddedKeys(data) : keyFileOf(keyFile);
