import type { Traits } from "kunji";
import { Problem } from "../domain/problem.js";
import type { App } from "../ports/apps.js";
import type { Ports } from "../ports/ports.js";
import { type AppKeys, openAppKeys } from "./app-keys.js";

/** What may be told of an app's sealed values: no key is among it. */
export interface AppOnFile {
  /** The names of the keys that it has. */
  readonly keys: readonly string[];
  readonly settings: Readonly<Record<string, string | number | false>>;
}

function opened(ports: Pick<Ports, "vault">, app: App): AppKeys | undefined {
  try {
    return openAppKeys(ports, app);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** Which keys an app has, and its settings; `undefined` where they can't be opened any more. */
export function appOnFile(ports: Pick<Ports, "vault" | "brokers">, app: App): AppOnFile | undefined {
  const values = opened(ports, app);
  if (!values) return undefined;
  const names = ports.brokers.traits[app.broker].keys;
  const isKey = ([name]: readonly [string, unknown]) => Object.hasOwn(names, name);
  const all = Object.entries(values);
  return {
    keys: all.filter(isKey).map(([name]) => name),
    settings: Object.fromEntries(all.filter((entry) => !isKey(entry))),
  };
}

/**
 * An app's keys with some written anew; those that are left out stay. Beside keys that can't be opened any more no setting can
 * be kept.
 * @param without optional ones that are to be taken away
 */
export function keysOver(
  ports: Pick<Ports, "vault" | "brokers">,
  app: App,
  given: Readonly<Record<string, string>>,
  without: readonly string[],
): { readonly keys: Readonly<Record<string, string>>; readonly settings?: AppOnFile["settings"] } {
  const values = opened(ports, app);
  if (!values) return { keys: given, settings: {} };
  const names: Traits["keys"] = ports.brokers.traits[app.broker].keys;
  const kept = Object.entries(values).flatMap(([name, value]) =>
    Object.hasOwn(names, name) && !without.includes(name) ? [[name, String(value)] as const] : [],
  );
  return { keys: { ...Object.fromEntries(kept), ...given } };
}
